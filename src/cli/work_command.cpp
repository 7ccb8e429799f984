#include "cli/commands.h"
#include "cli/cost_flags.h"
#include "cli/log_flags.h"
#include "cli/number_checks.h"
#include "cli/options.h"
#include "cli/terminal_progress.h"
#include "pipeline/dataset_work.h"
#include "pipeline/repository.h"

#include "automation/worker_report.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>

namespace forecart {

namespace {

constexpr const char* kBusy = "another process is at it";

struct WorkFlags {
  WorkRequest request;
  LogFlags log;
  CommonFlags common;
};

std::string told(const WorkReport& report, const std::string& repository) {
  if (report.busy) return kBusy;
  std::string text;
  if (report.inbox && report.inbox->taken > 0) {
    text += fmt::format("{} files taken in, ", report.inbox->taken);
  }
  if (report.inbox && report.inbox->dead > 0) {
    text += fmt::format("{} files set aside below {}/dead/{}, ", report.inbox->dead, repository,
                        report.dataset);
  }
  if (report.run) text += fmt::format("run {} made, ", report.run->run);
  if (report.failure) {
    return text + fmt::format("failed ({} of {} tries): {} [{}]", report.failure->attempts,
                              kMostAttempts, report.failure->message, report.failure->code);
  }
  return text + (report.more ? "more is waiting" : "nothing is waiting");
}

/// The data sets that something waits for and that may be tried now, or the one that was named.
std::vector<std::string> datasets_to_work_on(const WorkRequest& request) {
  if (!request.dataset.empty()) return {request.dataset};
  const Repository repository = Repository::open(request.repository);
  std::vector<std::string> names;
  for (const WaitingWork& waiting : waiting_work(repository)) {
    const auto failure = waiting.failed ? last_failure(repository, waiting.dataset) : std::nullopt;
    if (failure && !is_due(waiting, *failure, repository.store().now())) continue;
    names.push_back(waiting.dataset);
  }
  return names;
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
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  if (!flags.is_off()) log_end(log, to_json(report), took.count());
  return report;
}

ExitStatus work(const WorkFlags& flags) {
  Log log(flags.log.options());
  const auto progress = make_progress(parse_progress_mode(flags.common.progress));
  nlohmann::json all = nlohmann::json::array();
  bool failed = false;
  bool partly = false;
  for (const std::string& dataset : datasets_to_work_on(flags.request)) {
    WorkRequest request = flags.request;
    request.dataset = dataset;
    request.progress = progress.get();
    const WorkReport report = work_on(request, flags.log, log);
    failed = failed || report.failure.has_value();
    partly = partly || (report.inbox && report.inbox->dead > 0);
    all.push_back(to_json(report));
    if (!flags.common.json) {
      print_text(fmt::format("{}: {}\n", dataset, told(report, request.repository)));
    }
  }
  if (flags.common.json) print_json({{"datasets", all}});
  if (!flags.common.json && all.empty()) print_text("nothing is waiting\n");
  return failed ? ExitStatus::failed : partly ? ExitStatus::partly : ExitStatus::ok;
}

}  // namespace

void add_work_command(CLI::App& app, Command& chosen) {
  auto* const command = app.add_subcommand(
      "work", "Do what waits: take in the inbox, run and publish where something is new");
  const auto flags = std::make_shared<WorkFlags>();
  add_repository_flag(*command, flags->request.repository);
  command->add_option("--dataset", flags->request.dataset, "only of this data set [all]");
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
