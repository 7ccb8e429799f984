#include "aws/quicksight_refresh.h"
#include "base/error.h"
#include "base/time.h"
#include "cli/commands.h"
#include "cli/cost_flags.h"
#include "cli/follow_up.h"
#include "cli/log_flags.h"
#include "cli/number_checks.h"
#include "cli/options.h"
#include "cli/terminal_progress.h"
#include "pipeline/dataset_panel.h"
#include "pipeline/dataset_work.h"
#include "pipeline/known_datasets.h"
#include "pipeline/repository.h"

#include "automation/worker_report.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <set>

namespace forecart {

namespace {

constexpr const char* kBusy = "another process is at it";

struct WorkFlags {
  WorkRequest request;
  bool found = false;  ///< somebody has seen that something waits; it may be gone by now
  LogFlags log;
  CommonFlags common;
};

std::string told(const WorkReport& report, const std::string& repository) {
  if (report.busy) return kBusy;
  std::string text;
  if (report.inbox && report.inbox->taken > 0) {
    text += fmt::format("{} files taken in, ", report.inbox->taken);
  }
  if (report.inbox && !report.inbox->dead.empty()) {
    text += fmt::format("{} files set aside below {}/dead/{}, ", report.inbox->dead.size(),
                        repository, report.dataset);
  }
  if (report.cancelled) text += "cancelled, ";
  if (report.run) text += fmt::format("run {} made, ", report.run->run);
  if (!report.report.empty()) text += "report written, ";
  if (!report.report_error.empty()) {
    text += fmt::format("report not written ({}), ", report.report_error);
  }
  if (!report.tables.empty()) text += "tables for QuickSight written, ";
  if (!report.tables_error.empty()) {
    text += fmt::format("tables for QuickSight not refreshed ({}), ", report.tables_error);
  }
  if (report.failure) {
    return text + fmt::format("failed ({} of {} tries): {} [{}]", report.failure->attempts,
                              kMostAttempts, report.failure->message, report.failure->code);
  }
  return text + (report.more ? "more is waiting" : "nothing is waiting");
}

/// What people should know beside the work: in the log, or where that is off as a message.
class Notes {
 public:
  Notes(const LogFlags& flags, Log& log) : off_(flags.is_off()), log_(log) {}

  void tell(const std::string& dataset, const std::string& message) {
    if (off_) {
      print_note(dataset.empty() ? message : fmt::format("{}: {}", dataset, message));
    } else {
      log_event(log_, {.dataset = dataset, .message = message});
    }
  }

 private:
  bool off_;
  Log& log_;
};

/// What there is to look at.
struct Plan {
  std::vector<std::string> datasets;  ///< that something waits for which may be tried now
  std::vector<std::string> idle;      ///< with settings, that nothing waits for
  bool later = false;                 ///< something has failed and is tried again later
};

Plan plan_for_one(const Repository& repository, const WorkFlags& flags) {
  const std::string& named = flags.request.dataset;
  Plan plan;
  plan.datasets.push_back(named);
  if (flags.found) return plan;
  require_known_dataset(repository, named);
  const WaitingWork waiting = waiting_work(repository, named);
  if (!is_waiting(waiting) && repository.has_dataset(named)) plan.idle.push_back(named);
  return plan;
}

/// Without the idle ones where these are too many to be looked at each time.
Plan plan_for_all(const Repository& repository, Notes& notes) {
  constexpr std::size_t kMostLookedAt = 100;
  Plan plan;
  std::set<std::string> strays;
  std::vector<std::string> idle = repository.datasets();
  for (const WaitingWork& waiting : waiting_work(repository, &strays)) {
    std::erase(idle, waiting.dataset);
    const auto failure = waiting.failed ? last_failure(repository, waiting.dataset) : std::nullopt;
    if (!failure || is_due(waiting, *failure, repository.store().now())) {
      plan.datasets.push_back(waiting.dataset);
      continue;
    }
    plan.later = true;
    notes.tell(waiting.dataset,
               fmt::format("what has failed is tried again from {}Z on; sooner with --dataset {}",
                           format_instant(failure->due, {}), waiting.dataset));
  }
  for (const std::string& stray : strays) notes.tell("", stray_text(stray));
  if (idle.size() <= kMostLookedAt) plan.idle = std::move(idle);
  return plan;
}

/// Whether the settings of all these can be read; those of others are read by the work itself.
bool are_readable(const Repository& repository, const std::vector<std::string>& datasets,
                  Notes& notes) {
  bool readable = true;
  for (const std::string& name : datasets) {
    try {
      read_config(repository, name);
    } catch (const Error& error) {
      readable = false;
      notes.tell(name, error.what());
    }
  }
  return readable;
}

void log_begin(Log& log, const WorkRequest& request) {
  const Repository repository = Repository::open(request.repository);
  const WaitingWork waiting = waiting_work(repository, request.dataset);
  StageEvent event{.kind = StageEvent::Kind::began, .dataset = request.dataset};
  const Instant now = repository.store().now();
  if (waiting.oldest < now) {
    event.waited = std::chrono::duration<double>(now - waiting.oldest).count();
  }
  log_event(log, event);
}

void log_end(Log& log, const nlohmann::json& report, double seconds) {
  StageEvent event = event_of(report);
  event.seconds = seconds;
  if (report.at("busy").get<bool>()) {
    event.kind = StageEvent::Kind::note;
    event.message = kBusy;
  }
  log_event(log, event);
}

/// Works on one data set, and logs that as `serve` does.
WorkReport work_on(const WorkRequest& request, const LogFlags& flags, Log& log) {
  if (!flags.is_off()) log_begin(log, request);
  const auto begun = std::chrono::steady_clock::now();
  WorkReport report = work_on_dataset(request);
  follow_up(request.repository, report);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  if (!flags.is_off()) log_end(log, to_json(report), took.count());
  return report;
}

void print_set_aside(const WorkReport& report) {
  if (!report.inbox) return;
  for (const FileFailure& file : report.inbox->dead) {
    print_text(fmt::format("  {}: {} [{}]\n", file.file, file.message, to_string(file.code)));
  }
}

ExitStatus work(const WorkFlags& flags) {
  Log log(flags.log.options());
  const auto progress = make_progress(parse_progress_mode(flags.common.progress));
  nlohmann::json all = nlohmann::json::array();
  Notes notes(flags.log, log);
  const Repository repository = Repository::open(flags.request.repository);
  const Plan plan = flags.request.dataset.empty() ? plan_for_all(repository, notes)
                                                  : plan_for_one(repository, flags);
  bool failed = false;
  bool partly = !are_readable(repository, plan.idle, notes);
  for (const std::string& dataset : plan.datasets) {
    WorkRequest request = flags.request;
    request.dataset = dataset;
    request.progress = progress.get();
    const WorkReport report = work_on(request, flags.log, log);
    failed = failed || report.failure.has_value();
    partly = partly || (report.inbox && !report.inbox->dead.empty());
    all.push_back(to_json(report));
    if (!flags.common.json) {
      print_text(fmt::format("{}: {}\n", dataset, told(report, request.repository)));
      print_set_aside(report);
    }
  }
  if (flags.request.dataset.empty()) {
    catch_up_quicksight(flags.request.repository, [&](const auto& dataset, const auto& why) {
      notes.tell(dataset, "tables not refreshed: " + why);
    });
  }
  if (flags.common.json) print_json({{"datasets", all}});
  if (!flags.common.json && all.empty()) {
    print_text(plan.later ? "nothing is due yet\n" : "nothing is waiting\n");
  }
  return failed ? ExitStatus::failed : partly ? ExitStatus::partly : ExitStatus::ok;
}

}  // namespace

void add_work_command(CLI::App& app, Command& chosen) {
  auto* const command = app.add_subcommand(
      "work", "Do what waits: take in the inbox, run and publish where something is new");
  const auto flags = std::make_shared<WorkFlags>();
  add_repository_flag(*command, flags->request.repository);
  command->add_option("--dataset", flags->request.dataset, "only of this data set [all]");
  command->add_flag("--found", flags->found)->group("");  // of serve
  command->add_option("--threads", flags->request.threads, "0: all cores")
      ->check(whole_number(0, kMostThreads))
      ->capture_default_str();
  add_prices_flag(*command, flags->request.prices);
  flags->log.add_to(*command);
  flags->common.add_to(*command);
  command->footer(
      "Example:\n  mkdir -p shop/inbox/orders && cp april.csv shop/inbox/orders/ && forecart work "
      "--repository shop\n"
      "Files below inbox/DATASET/ are taken in and removed (their bytes stay in raw/); what cannot "
      "be taken in goes to dead/DATASET/ with the reason. forecart serve does this by itself.");
  command->callback([flags, &chosen] { chosen = [flags] { return work(*flags); }; });
}

}  // namespace forecart
