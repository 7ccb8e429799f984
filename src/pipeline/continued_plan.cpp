#include "pipeline/continued_plan.h"

#include "pipeline/change_causes.h"
#include "pipeline/changed_series.h"
#include "pipeline/find_run.h"
#include "pipeline/plan_history.h"
#include "pipeline/plan_orders.h"
#include "pipeline/run_output.h"
#include "pipeline/state_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

json retraining_rows(const Repository& repository, const json& manifest) {
  if (manifest.is_null()) return json::array();
  const std::string key =
      Repository::run_key(manifest.at("dataset").get<std::string>(),
                          manifest.at("run").get<std::string>(), "retraining.json");
  return repository.store().exists(key) ? repository.read_json(key) : json::array();
}

double number(const json& row, const char* key) {
  const json value = row.value(key, json());
  return value.is_number() ? value.get<double>() : 0;
}

/// The row of a ledger as it will be so many steps later, as far as a table of retraining tells.
LedgerRow later_row(const json& row, Eigen::Index steps) {
  LedgerRow own;
  own.unique_id = row.at("unique_id").get<std::string>();
  own.search_milliseconds = 1000 * number(row, "search_seconds");
  own.milliseconds = own.search_milliseconds + 1000 * number(row, "estimate_seconds");
  Watch watch;
  watch.history = static_cast<Eigen::Index>(number(row, "history"));
  watch.age = static_cast<Eigen::Index>(number(row, "age")) + steps;
  watch.selected = static_cast<Eigen::Index>(number(row, "since_selection")) + steps;
  watch.error = number(row, "error_alarm");
  watch.bias = number(row, "bias_alarm");
  watch.coverage = number(row, "coverage_alarm");
  watch.loss = number(row, "recent_loss");
  if (watch.history > 0) own.watch = watch;
  return own;
}

/// Core-seconds of a stage of a run, 0 where it has none such.
double stage_seconds(const json& usage, const char* name) {
  for (const json& stage : usage.at("stages")) {
    if (stage.at("stage") == name) return stage.at("core_seconds").get<double>();
  }
  return 0;
}

}  // namespace

ContinuedPlan::ContinuedPlan(const Repository& repository, const RunRequest& request,
                             EarlierRun earlier, const json& latest)
    : repository_(repository),
      earlier_(std::move(earlier)),
      latest_(latest),
      latest_rows_(retraining_rows(repository, latest)),
      members_(request.choice.members),
      budget_(request.choice.refit_budget) {}

bool ContinuedPlan::made(const std::vector<PanelConfig>& panels) const {
  return std::all_of(panels.begin(), panels.end(), [&](const PanelConfig& panel) {
    return !panel_in(earlier_.manifest, panel.name).is_null();
  });
}

bool ContinuedPlan::is_combination(const std::string& model,
                                   const std::vector<std::string>& models) const {
  return base_of(model) == "Ensemble" &&
         std::all_of(members_.begin(), members_.end(), [&](const std::string& member) {
           return std::find(models.begin(), models.end(), member) != models.end();
         });
}

double ContinuedPlan::refit_seconds(const json& rows, const PanelPlan& plan) const {
  double seconds = 0;
  for (const json& row : rows) {
    if (row.at("panel") != plan.panel || row.at("decision") == "move on") continue;
    if (is_combination(row.at("model").get<std::string>(), plan.models)) continue;
    seconds += number(row, "estimate_seconds");
    if (row.at("decision") == "select anew") seconds += number(row, "search_seconds");
  }
  return seconds;
}

std::optional<double> ContinuedPlan::moving_seconds(const PanelPlan& plan) const {
  const json panel = panel_in(latest_, plan.panel);
  if (panel.is_null() || models_of(panel) != plan.models) return std::nullopt;
  const double moving =
      panel.at("model_core_seconds").get<double>() - refit_seconds(latest_rows_, plan);
  if (moving <= 0) return std::nullopt;
  return moving * static_cast<double>(plan.size.series) / panel.at("series").get<double>();
}

bool ContinuedPlan::goes_on(const std::string& name, const Panel& panel,
                            const PanelInputs& inputs) {
  const auto end = panel_in(earlier_.manifest, name).at("end").get<Bucket>();
  changes_[name] =
      changed_series(earlier_.name(), earlier_.panel(name).histories, panel,
                     history_marks(panel, end, inputs.availability.get(), inputs.covariates));
  return budget_.is_limited() || !is_another_panel(changes_[name], panel.size());
}

void ContinuedPlan::add_refits(Bucket end,
                               const std::function<bool(const std::string&)>& fits_together,
                               PanelPlan& plan) {
  const json panel = panel_in(earlier_.manifest, plan.panel);
  const auto steps =
      static_cast<Eigen::Index>(std::max<Bucket>(0, end - panel.at("end").get<Bucket>()));
  std::map<std::string, std::vector<LedgerRow>> ledgers;
  for (const json& row : retraining_rows(repository_, earlier_.manifest)) {
    if (row.at("panel") != plan.panel) continue;
    ledgers[row.at("model").get<std::string>()].push_back(later_row(row, steps));
  }
  for (const auto& [model, ledger] : ledgers) {
    auto decisions = budget_.decide(ledger, changes_[plan.panel]);
    if (fits_together(model)) fit_together(ledger, decisions);
    budget_.spend(decisions);
    plan.states += std::ssize(ledger);
    for (const RetrainingDecision& own : decisions) {
      if (own.decision == Retraining::move_on) continue;
      ++plan.refits;
      if (!is_combination(model, plan.models)) plan.core_seconds += own.seconds;
    }
  }
  if (plan.refits == 0) return;
  plan.learnt_from += fmt::format(", {} of {} states to be fitted again", plan.refits, plan.states);
}

void ContinuedPlan::add_states(bool moved, Traffic& traffic) const {
  const json& manifest = earlier_.manifest;
  const auto dataset = manifest.at("dataset").get<std::string>();
  const auto bytes_of = [&](const std::string& table, const std::string& format) {
    return stored_bytes(repository_,
                        Repository::run_key(dataset, run(), fmt::format("{}.{}", table, format)));
  };
  const auto read = [&](std::int64_t bytes, std::int64_t times) {
    traffic.gets += times;
    traffic.bytes_read += times * bytes;
  };
  traffic.bytes_written = 0;
  // settings and input tables lie there since that run
  traffic.puts -= 1 + std::ssize(manifest.at("input_tables"));
  for (const json& model : manifest.at("models")) {
    const std::vector<std::string> objects = told_state(model).keys();
    traffic.heads += std::ssize(objects) - 1;  // one is counted already
    traffic.puts += moved ? std::ssize(objects) - 1 : -1;
    for (const std::string& key : objects) {
      const auto bytes = stored_bytes(repository_, key);
      read(bytes, 1);
      if (moved) traffic.bytes_written += bytes;
    }
  }
  for (const auto& [table, hashes] : manifest.at("tables").items()) {
    if (table == "backtest") continue;  // stays where it was made
    const bool is_carried = std::ranges::count(kCarriedTables, table) > 0;
    for (const char* format : {"csv", "json", "parquet"}) {
      const std::int64_t bytes = bytes_of(table, format);
      traffic.bytes_written += bytes;
      if (!is_carried) continue;
      ++traffic.puts;
      ++traffic.heads;
      read(bytes, 2);  // its hash is checked, then it is copied
    }
  }
  for (const char* table : kRecalledTables) read(bytes_of(table, "json"), 2);
  read(bytes_of("leaderboard", "json"), 1);
  traffic.heads += 2 * std::ssize(kRecalledTables) + 1;
  traffic.gets += 1 + std::ssize(manifest.at("panels"));  // its manifest, and who is current
}

std::optional<RestOfRun> ContinuedPlan::rest() const {
  if (latest_.is_null()) return std::nullopt;
  const json& usage = latest_.at("usage");
  const json& requests = usage.at("requests");
  RestOfRun rest;
  rest.reading_seconds = stage_seconds(usage, "clean") + stage_seconds(usage, "panels");
  rest.writing_seconds = stage_seconds(usage, "write");
  rest.peak_bytes = usage.at("peak_memory_bytes").get<std::int64_t>();
  rest.traffic.gets = requests.at("get").get<std::int64_t>();
  rest.traffic.heads = requests.at("head").get<std::int64_t>();
  rest.traffic.puts = requests.at("put").get<std::int64_t>();
  rest.traffic.lists = requests.at("list").get<std::int64_t>();
  rest.traffic.deletes = requests.at("delete").get<std::int64_t>();
  rest.traffic.bytes_read = usage.at("bytes_read").get<std::int64_t>();
  rest.traffic.bytes_written = usage.at("bytes_written").get<std::int64_t>();
  return rest;
}

}  // namespace forecart
