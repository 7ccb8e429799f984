#include "pipeline/status.h"

#include "base/error.h"
#include "base/time.h"
#include "base/utc_text.h"
#include "pipeline/alerting.h"
#include "pipeline/arrivals.h"
#include "pipeline/cancellation.h"
#include "pipeline/dataset_panel.h"
#include "pipeline/known_datasets.h"
#include "pipeline/quicksight_record.h"
#include "pipeline/report_error.h"
#include "pipeline/repository.h"
#include "pipeline/sales.h"
#include "pipeline/work_queue.h"

#include <nlohmann/json.hpp>

#include <set>
#include <string>

namespace forecart {

namespace {

using nlohmann::json;

/// Content hashes the current run has seen; none where a proper one is to follow it.
std::set<std::string> seen_by(const Repository& repository, const std::optional<json>& current) {
  std::set<std::string> seen;
  if (!current) return seen;
  const json manifest = repository.read_json(current->at("manifest").get<std::string>());
  if (manifest.value("preliminary", false)) return seen;
  for (const json& input : manifest.at("inputs")) seen.insert(input.get<std::string>());
  return seen;
}

/// Work that failed and is tried again: {code, message, attempts, due}; else the last run, if it
/// failed: {run, code, message}.
json failure_of(const Repository& repository, const std::string& dataset,
                const std::vector<json>& runs) {
  if (const auto failure = last_failure(repository, dataset)) {
    return {{"code", failure->code},
            {"message", failure->message},
            {"attempts", failure->attempts},
            {"due", utc_text(failure->due)}};
  }
  if (runs.empty() || runs.back().value("status", "") != "failed") return nullptr;
  json failure = runs.back().at("error");
  failure["run"] = runs.back().at("run");
  return failure;
}

/// When the data set was cancelled, unless a run was begun since; else null.
json cancelled_at(const Repository& repository, const std::string& dataset,
                  const std::vector<json>& runs) {
  const auto last = last_cancellation(repository, dataset);
  if (!last || (!runs.empty() && runs.back().at("run").get<std::string>() > last->stamp)) {
    return nullptr;
  }
  return last->at;
}

/// The earlier (or later) of two times in JSON, where null is none.
json extreme(const json& a, const json& b, bool later) {
  if (a.is_null()) return b;
  if (b.is_null()) return a;
  const auto instant = [](const json& time) { return parse_instant(time.get<std::string>(), {}); };
  return (instant(b) < instant(a)) == later ? a : b;
}

json alerts_json(const std::vector<ActiveAlert>& alerts) {
  json list = json::array();
  for (const ActiveAlert& alert : alerts) list.push_back(to_json(alert));
  return list;
}

json text_or_null(const std::string& text) {
  return text.empty() ? json(nullptr) : json(text);
}

/// What a status tells of the settings.
struct SettingsFacts {
  json error = nullptr;  ///< what is wrong with them
  json currency = nullptr;
  json report_error = nullptr;  ///< of the report that they ask for
  json tables_error = nullptr;  ///< and of the tables for QuickSight
};

/// Nothing of a data set that has none yet.
SettingsFacts settings_facts(const Repository& repository, const std::string& dataset) {
  if (!repository.has_dataset(dataset)) return {};
  try {
    const DatasetConfig config = read_config(repository, dataset);
    SettingsFacts facts{.currency = text_or_null(config.currency)};
    if (config.publish_report) {
      facts.report_error = text_or_null(read_report_error(repository, dataset));
    }
    if (config.publish_quicksight) {
      const auto record = read_quicksight_record(repository, dataset);
      facts.tables_error = text_or_null(record ? record->error : "");
    }
    return facts;
  } catch (const Error& error) {
    return {.error = error.what()};
  }
}

}  // namespace

json dataset_status(const Repository& repository, const std::string& dataset) {
  const WaitingWork waiting = waiting_work(repository, dataset);
  const AlertState alerts = read_alerts(repository, dataset);
  const auto current = repository.current(dataset);
  const auto seen = seen_by(repository, current);
  std::int64_t rows = 0;
  bool all_seen = true;
  json first = nullptr;
  json last = nullptr;
  const auto files = known_files(repository, dataset);
  for (const KnownFile& file : files) {
    all_seen = all_seen && seen.contains(file.hash);
    const auto counts = sales_counts(repository, dataset, file.hash);
    if (!counts) continue;
    rows += counts->at("rows_accepted").get<std::int64_t>();
    first = extreme(first, counts->at("first"), false);
    last = extreme(last, counts->at("last"), true);
  }
  const std::vector<json> runs = repository.runs(dataset);
  const SettingsFacts settings = settings_facts(repository, dataset);
  const bool comes = waiting.files > 0 || files.empty();
  const bool is_done = all_seen && waiting.asked.empty();
  const char* const next = comes ? "ingest" : is_done ? "nothing" : "run";
  return {{"dataset", dataset},
          {"uploads", repository.upload_names(dataset).size()},
          {"rows_accepted", rows},
          {"first", first},
          {"last", last},
          {"current_run", current ? current->at("run") : json(nullptr)},
          {"waiting", waiting.files},
          {"asked", waiting.asked.size()},
          {"working", is_worked_on(repository, dataset)},
          {"dead", dead_letters(repository, dataset).size()},
          {"currency", settings.currency},
          {"settings_error", settings.error},
          {"report_error", settings.report_error},
          {"tables_error", settings.tables_error},
          {"last_failure", failure_of(repository, dataset, runs)},
          {"cancelled", cancelled_at(repository, dataset, runs)},
          {"alerts", alerts_json(alerts.active)},
          {"alert_error", text_or_null(alerts.delivery_error)},
          {"next", next}};
}

json repository_status(const std::string& location, const std::string& only) {
  const Repository repository = Repository::open(location);
  if (!only.empty()) require_known_dataset(repository, only);
  json datasets = json::array();
  const auto names = only.empty() ? known_datasets(repository) : std::vector<std::string>{only};
  for (const std::string& name : names) datasets.push_back(dataset_status(repository, name));
  std::set<std::string> strays;
  if (only.empty()) waiting_work(repository, &strays);
  return {{"repository", location}, {"datasets", std::move(datasets)}, {"strays", strays}};
}

}  // namespace forecart
