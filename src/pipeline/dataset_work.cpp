#include "pipeline/dataset_work.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/utc_text.h"
#include "pipeline/alerting.h"
#include "pipeline/cancellation.h"
#include "pipeline/dataset_panel.h"
#include "pipeline/lasting.h"
#include "pipeline/lease.h"
#include "pipeline/sales.h"
#include "pipeline/sales_merges.h"
#include "store/sealed_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <new>
#include <set>

namespace forecart {

namespace {

using nlohmann::json;

/// What a request says; nothing where it cannot be read.
json request_at(const Repository& repository, const std::string& key) {
  const auto text = repository.store().read(key);
  json request = text ? json::parse(*text, nullptr, false) : json();
  if (!request.is_object()) return json::object();
  remove_seal(request);
  return request;
}

/// What has asked, each once: "upload", "schedule", "request".
std::vector<std::string> askers(const Repository& repository,
                                const std::vector<std::string>& asked) {
  std::set<std::string> why;
  for (const std::string& key : asked) {
    const json request = request_at(repository, key);
    if (request.contains("why") && request["why"].is_string()) why.insert(request["why"]);
  }
  return {why.begin(), why.end()};
}

/// Whether nothing but uploads has asked.
bool is_by_upload(const Repository& repository, const std::vector<std::string>& asked) {
  return std::all_of(asked.begin(), asked.end(), [&](const std::string& key) {
    const json request = request_at(repository, key);
    return request.contains("why") && request["why"] == "upload";
  });
}

/// Whether requests of uploads alone need no run: the current one has taken in all that is known,
/// or the schedule will make it.
bool is_answered(const Repository& repository, const std::string& dataset,
                 const std::vector<std::string>& asked) {
  if (!is_by_upload(repository, asked)) return false;
  if (read_config(repository, dataset).automation.scheduled) return true;
  const auto current = repository.current(dataset);
  if (!current) return false;
  const json manifest = repository.read_json(current->at("manifest").get<std::string>());
  return !manifest.value("preliminary", false) &&
         manifest.at("inputs") == json(input_hashes(repository, dataset));
}

/// Forecasts of two models that take no time, for a data set that has none: the proof of all
/// models may take a while.
void look_first(RunRequest run) {
  run.choice.models = {"SeasonalNaive", "LevelProfile"};
  run.preliminary = true;
  run_dataset(run);
}

/// What was asked for is given up: to dead/<dataset>/<name of the request>, with the failure.
void give_up(Repository& repository, const WorkFailure& failure, const WaitingWork& waiting,
             Instant before) {
  for (const std::string& key : waiting.asked) {
    const auto info = repository.store().info(key);
    if (!info || info->modified >= before) continue;
    json request = request_at(repository, key);
    request["code"] = failure.code;
    request["message"] = failure.message;
    request["at"] = utc_text(failure.at);
    const std::string name = key.substr(key.rfind('/') + 1);
    repository.write_json(fmt::format("dead/{}/{}", waiting.dataset, name), request);
    repository.store().remove(key);
  }
}

/// One pass over what waits for a data set.
class Pass {
 public:
  Pass(Repository& repository, const WorkRequest& request, WorkReport& report)
      : repository_(repository), request_(request), report_(report) {}

  void operator()() {
    earlier_ = last_failure(repository_, request_.dataset);
    try {
      const InterruptionScope scope(request_.stop);
      watch_.emplace(repository_, request_.dataset);
      if (request_.part != WorkPart::run) empty_inbox();
      if (request_.part == WorkPart::ingest) {
        clean();
      } else {
        answer();
      }
      tell_of_files();
      if (!report_.failure && earlier_ && !is_half_done()) {
        forget_failure(repository_, request_.dataset);
      }
    } catch (const Interrupted&) {
      report_.stopped = true;
    } catch (const CollectorBusy& error) {
      postpone(error);
    } catch (const Error& error) {
      fail(to_string(error.code()), error.what());
    } catch (const std::bad_alloc&) {
      fail("memory_limit",
           "the work ran out of memory; give serve a higher --memory-limit, or none");
    } catch (const std::exception& error) {
      fail("internal", error.what());
    }
    const WaitingWork rest = waiting_work(repository_, request_.dataset);
    report_.more = rest.files > 0 || !rest.asked.empty();
    look_at_alerts();
  }

 private:
  /// Whether what has failed may still be to do: the run that is to follow, or files of the inbox.
  bool is_half_done() const {
    if (request_.part == WorkPart::all) return false;
    const WaitingWork rest = waiting_work(repository_, request_.dataset);
    if (request_.part == WorkPart::ingest) return !rest.asked.empty();
    return rest.files > 0 && rest.oldest <= earlier_->at;
  }

  int attempts() const { return earlier_ ? earlier_->attempts : 0; }

  void empty_inbox() {
    InboxRequest inbox;
    inbox.dataset = request_.dataset;
    inbox.threads = request_.threads;
    inbox.last_try = attempts() + 1 >= kMostAttempts;
    inbox.progress = request_.progress;
    report_.inbox = take_in_inbox(repository_, request_.repository, inbox);
    taken_in_ = true;
  }

  /// Files that could not be taken in hold up nothing else, and are told where all else was done.
  void tell_of_files() {
    if (!report_.inbox || report_.inbox->failures.empty()) return;
    const FileFailure& first = report_.inbox->failures.front();
    fail(to_string(first.code), fmt::format("{}: {}", first.file, first.message));
    report_.failed_files_alone = true;
  }

  /// Sales as a run needs them, so that whoever fits shares of it finds them so.
  void clean() {
    if (!repository_.has_dataset(request_.dataset)) return;
    const DatasetConfig config = read_config(repository_, request_.dataset);
    refresh_sales(repository_, request_.dataset, config);
    merge_sales(repository_, request_.dataset, cleaning_settings(config));
  }

  /// A run, unless nothing asks for one or it is cancelled; requests that came meanwhile stay.
  void answer() {
    if (watch_->is_cancelled()) withdraw();
    const auto asked = waiting_work(repository_, request_.dataset).asked;
    if (asked.empty()) return;
    try {
      if (needs_run(repository_, request_.dataset, asked)) run(asked);
    } catch (const Cancelled&) {
      report_.cancelled = true;
    }
    for (const std::string& key : asked) repository_.store().remove(key);
  }

  void run(const std::vector<std::string>& asked) {
    RunRequest run;
    run.asked_by = askers(repository_, asked);
    run.retrain_all = wants_all_anew(repository_, asked);
    run.repository = request_.repository;
    run.dataset = request_.dataset;
    run.choice.threads = request_.threads;
    run.prices = request_.prices;
    run.progress = request_.progress;
    run.cancel = &*watch_;
    run.plan = request_.plan;
    report_.cancelled = false;  // somebody has asked again since
    if (!repository_.current(request_.dataset)) look_first(run);
    report_.run = run_dataset(run);
  }

  /// Cancelled while files were taken in: what these ask for is withdrawn. Other requests are newer
  /// than the cancellation, which has withdrawn all there were.
  void withdraw() {
    for (const std::string& key : waiting_work(repository_, request_.dataset).asked) {
      if (is_by_upload(repository_, {key})) repository_.store().remove(key);
    }
    report_.cancelled = true;
    watch_.emplace(repository_, request_.dataset);
  }

  /// Work that is done stays done, whatever comes of this.
  void look_at_alerts() {
    try {
      AlertState state = check_alerts(repository_, request_.dataset);
      report_.alerts = std::move(state.active);
      report_.alert_changes = std::move(state.changes);
      report_.alert_error = std::move(state.delivery_error);
    } catch (const std::exception& error) {
      report_.alert_error = error.what();
    }
  }

  /// Nothing is wrong with the data set: the same again in a while, and no attempt less.
  void postpone(const CollectorBusy& error) {
    if (report_.failure) return;  // counted already
    const Instant now = std::chrono::ceil<std::chrono::seconds>(repository_.store().now());
    const auto seed = std::hash<std::string>{}(request_.dataset);
    report_.failure =
        WorkFailure{to_string(error.code()), error.what(), attempts(), now, now + backoff(1, seed)};
    keep_failure(repository_, request_.dataset, *report_.failure);
  }

  void fail(const std::string& code, const std::string& message) {
    if (report_.failure) return;  // one try, one failure
    const bool inbox_stays = taken_in_ || request_.part == WorkPart::run;
    report_.failure = record_failure(repository_, request_.dataset, code, message, inbox_stays);
  }

  Repository& repository_;
  const WorkRequest& request_;
  WorkReport& report_;
  std::optional<CancelWatch> watch_;
  std::optional<WorkFailure> earlier_;
  bool taken_in_ = false;  ///< what lay in the inbox, as far as it could be
};

json inbox_json(const InboxOutcome& inbox) {
  json result = inbox.ingest.dataset.empty() ? json::object() : to_json(inbox.ingest);
  result["taken"] = inbox.taken;
  result["dead"] = inbox.dead.size();
  result["set_aside"] = json::array();
  for (const FileFailure& file : inbox.dead) {
    result["set_aside"].push_back(
        {{"file", file.file}, {"code", to_string(file.code)}, {"message", file.message}});
  }
  result["unsettled"] = inbox.unsettled;
  return result;
}

json alerts_json(const std::vector<ActiveAlert>& alerts) {
  json list = json::array();
  for (const ActiveAlert& alert : alerts) list.push_back(to_json(alert));
  return list;
}

json changes_json(const WorkReport& report) {
  json list = json::array();
  for (const AlertNotice& change : report.alert_changes) {
    list.push_back(notice_json(report.dataset, change));
  }
  return list;
}

json text_or_null(const std::string& text) {
  return text.empty() ? json(nullptr) : json(text);
}

json failure_json(const WorkFailure& failure) {
  return {{"code", failure.code},
          {"message", failure.message},
          {"attempts", failure.attempts},
          {"due", utc_text(failure.due)}};
}

}  // namespace

bool needs_run(const Repository& repository, const std::string& dataset,
               const std::vector<std::string>& asked) {
  return !asked.empty() && !is_answered(repository, dataset, asked);
}

bool wants_all_anew(const Repository& repository, const std::vector<std::string>& asked) {
  return std::any_of(asked.begin(), asked.end(), [&](const std::string& key) {
    return request_at(repository, key).value("anew", json()) == true;
  });
}

WorkFailure record_failure(Repository& repository, const std::string& dataset,
                           const std::string& code, const std::string& message, bool taken_in) {
  const auto earlier = last_failure(repository, dataset);
  // whole seconds are kept; what came in the same one is not newer than the failure
  const Instant now = std::chrono::ceil<std::chrono::seconds>(repository.store().now());
  const int attempts = (earlier ? earlier->attempts : 0) + 1;
  const auto seed = std::hash<std::string>{}(dataset + format_instant(now, {}));
  const WorkFailure failure{code, message, attempts, now, now + backoff(attempts, seed)};
  keep_failure(repository, dataset, failure);
  if (attempts < kMostAttempts) return failure;
  if (!taken_in) bury_inbox(repository, dataset, {code, message, earlier->at});
  give_up(repository, failure, waiting_work(repository, dataset), earlier->at);
  forget_failure(repository, dataset);
  return failure;
}

WorkReport work_on_dataset(const WorkRequest& request) {
  check_dataset_name(request.dataset);
  Repository repository = Repository::open(request.repository);
  WorkReport report;
  report.dataset = request.dataset;
  const auto lease =
      Lease::take(repository.store(), fmt::format("work/{}/lease.json", request.dataset));
  report.busy = lease == nullptr;
  if (lease) Pass(repository, request, report)();
  return report;
}

json to_json(const WorkReport& report) {
  return {{"dataset", report.dataset},
          {"busy", report.busy},
          {"inbox", report.inbox ? inbox_json(*report.inbox) : json(nullptr)},
          {"run", report.run ? to_json(*report.run) : json(nullptr)},
          {"failure", report.failure ? failure_json(*report.failure) : json(nullptr)},
          {"cancelled", report.cancelled},
          {"stopped", report.stopped},
          {"more", report.more},
          {"alerts", alerts_json(report.alerts)},
          {"alert_changes", changes_json(report)},
          {"alert_error", text_or_null(report.alert_error)},
          {"report", report.report},
          {"report_error", text_or_null(report.report_error)},
          {"tables", report.tables},
          {"tables_refresh", text_or_null(report.tables_refresh)},
          {"tables_error", text_or_null(report.tables_error)}};
}

}  // namespace forecart
