#include "aws/step.h"

#include "aws/run_plan.h"
#include "aws/work_size.h"
#include "base/error.h"
#include "pipeline/fit_share.h"

#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

/// A step on one data set of the repository.
class StepCall {
 public:
  StepCall(const LambdaOptions& options, const StepEvent& event, const Deadline& deadline)
      : options_(options), event_(event), deadline_(deadline) {}

  StepOutcome operator()() {
    try {
      run();
    } catch (const Interrupted&) {
      fail(kTimeIsUp, "time was up");
    } catch (const Error& error) {
      fail(to_string(error.code()), error.what());
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

  void fail(const std::string& code, const std::string& message) {
    outcome_.error = code;
    outcome_.message = message;
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
    if (report.busy) fail(to_string(ErrorCode::conflict), "another process works on the data set");
    if (report.stopped) fail(kTimeIsUp, "time was up");
    if (report.failure) fail(report.failure->code, report.failure->message);
    outcome_.work.reports.push_back(std::move(report));
    return outcome_.work.reports.back();
  }

  void ingest() {
    const WorkReport& report = work(WorkPart::ingest);
    const std::size_t files = report.inbox ? report.inbox->taken : 0;
    outcome_.answer = {{"dataset", event_.dataset}, {"files", files}, {"more", report.more}};
  }

  void plan() {
    const Room room = room_of(deadline_.whole(), options_.memory_mb);
    outcome_.answer = to_json(
        make_run_plan({options_.repository, event_.dataset, options_.prices}, room, deadline_));
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
    const bool is_new = !known || known->at < event_.since;
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
