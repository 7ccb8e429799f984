#include "aws/step.h"

#include "aws/run_plan.h"
#include "aws/work_size.h"
#include "base/error.h"
#include "pipeline/fit_share.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

/// Where somebody looks for a failure that is kept: what an error says may stand in files.
constexpr const char* kKept = "forecart status says why, and when it is tried again";

/// A step on one data set of the repository.
class StepCall {
 public:
  StepCall(const LambdaOptions& options, const StepEvent& event, const Deadline& deadline)
      : options_(options), event_(event), deadline_(deadline) {}

  StepOutcome operator()() {
    try {
      run();
    } catch (const Interrupted&) {
      stop();
    } catch (const Error& error) {
      fail(to_string(error.code()), error.what());
    } catch (const std::exception& error) {
      fail("internal", error.what());
    }
    return std::move(outcome_);
  }

 private:
  void run() {
    switch (event_.step) {
      case Step::ingest:
        return ingest();
      case Step::plan:
        return plan();
      case Step::train:
        return train();
      case Step::publish:
        return publish();
      case Step::fail:
        return keep_failure();
    }
  }

  void tell(const std::string& code, const std::string& remedy) {
    outcome_.error = code;
    outcome_.message = fmt::format("data set '{}' [{}]: {}", event_.dataset, code, remedy);
  }

  void stop() { tell(kTimeIsUp, "time was up; done again, the step goes on where it was"); }

  void tell_kept(const std::string& code) { tell(code, kKept); }

  /// Nobody else keeps why there is no plan, unless it is tried again anyway.
  void fail(const std::string& code, const std::string& why) {
    const bool passes =
        code == to_string(ErrorCode::conflict) || code == to_string(ErrorCode::unavailable);
    if (event_.step == Step::plan && !passes && keep(code, why)) return tell_kept(code);
    tell(code, event_.step == Step::train ? "what is not fitted is left to the run, which says why"
                                          : "it did not come to its end; do it again");
  }

  bool keep(const std::string& code, const std::string& why) {
    try {
      Repository repository = Repository::open(options_.repository);
      if (!repository.has_dataset(event_.dataset)) return false;
      record_failure(repository, event_.dataset, code, why);
      return true;
    } catch (const Error&) {
      return false;
    }
  }

  /// What waits is done in this part; the report is told by log and metrics.
  const WorkReport& work(WorkPart part) {
    WorkReport report = work_on_dataset({.repository = options_.repository,
                                         .dataset = event_.dataset,
                                         .threads = options_.threads,
                                         .prices = options_.prices,
                                         .stop = &deadline_.interruption(),
                                         .part = part,
                                         .plan = event_.plan});
    if (report.busy) tell(to_string(ErrorCode::conflict), "another process is at it");
    if (report.stopped) stop();
    if (report.failure && !report.failed_files_alone) tell_kept(report.failure->code);
    outcome_.work.reports.push_back(std::move(report));
    return outcome_.work.reports.back();
  }

  void ingest() {
    const WorkReport& report = work(WorkPart::ingest);
    const InboxOutcome inbox = report.inbox.value_or(InboxOutcome{});
    json failed = json::array();
    for (const FileFailure& one : inbox.failures) {
      failed.push_back({{"file", one.file}, {"code", to_string(one.code)}});
    }
    outcome_.answer = {{"dataset", event_.dataset},
                       {"files", inbox.taken},
                       {"failed", std::move(failed)},
                       {"more", report.more}};
  }

  void plan() {
    const Room room = room_of(deadline_.whole(), options_.memory_mb);
    const RunPlanRequest request{options_.repository, event_.dataset, options_.prices,
                                 options_.job_instance};
    outcome_.answer = to_json(make_run_plan(request, room, deadline_));
    json& environment = outcome_.answer["environment"] = options_.job_environment;
    environment["FORECART_REPOSITORY"] = options_.repository;
  }

  void train() {
    require_plan(Repository::open(options_.repository).store(), event_.dataset, event_.plan);
    RunRequest run;
    run.repository = options_.repository;
    run.dataset = event_.dataset;
    run.choice.threads = options_.threads;
    run.plan = event_.plan;
    const InterruptionScope scope(&deadline_.interruption());
    const ShareReport report = fit_share(run, *event_.shard);
    outcome_.answer = {{"dataset", event_.dataset},
                       {"plan", event_.plan},
                       {"shard", event_.shard->text()},
                       {"fitted", report.series},
                       {"seconds", report.seconds}};
  }

  void publish() {
    const WorkReport& report = work(WorkPart::run);
    if (!outcome_.error.empty()) return;
    outcome_.answer = {{"dataset", event_.dataset},
                       {"run", report.run ? json(report.run->run) : json()},
                       {"published", report.run && report.run->published}};
    forget_plan();
    if (!deadline_.has_passed()) options_.follow(outcome_.work.reports.back());
  }

  /// The run stands, whatever comes of this; gc takes what is left.
  void forget_plan() {
    try {
      Repository repository = Repository::open(options_.repository);
      remove_plan(repository.store(), plan_folder(event_.dataset, event_.plan));
    } catch (const Error&) {
    }
  }

  /// The work keeps its failures itself; not those of machines, networks and rights.
  void keep_failure() {
    Repository repository = Repository::open(options_.repository);
    repository.require_dataset(event_.dataset);
    const auto known = last_failure(repository, event_.dataset);
    const bool is_kept = event_.message.find(kKept) != std::string::npos;  // and given up maybe
    const bool is_new = !is_kept && (!known || known->at < event_.since);
    if (is_new) record_failure(repository, event_.dataset, event_.code, event_.message);
    outcome_.answer = {{"dataset", event_.dataset}, {"kept", is_new}};
  }

  const LambdaOptions& options_;
  const StepEvent& event_;
  const Deadline& deadline_;
  StepOutcome outcome_;
};

}  // namespace

StepOutcome do_step(const LambdaOptions& options, const StepEvent& event,
                    const Deadline& deadline) {
  return StepCall(options, event, deadline)();
}

}  // namespace forecart
