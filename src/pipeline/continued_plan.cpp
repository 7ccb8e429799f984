#include "pipeline/continued_plan.h"

#include "pipeline/change_causes.h"
#include "pipeline/changed_series.h"
#include "pipeline/plan_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

/// What a run named in a manifest says of a panel; null where it did not make it.
json panel_in(const json& manifest, const std::string& name) {
  if (manifest.is_null()) return nullptr;
  for (const json& panel : manifest.at("panels")) {
    if (panel.at("panel") == name) return panel;
  }
  return nullptr;
}

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

/// By how much fits of a run that fitted all were longer on the wall than they took core-seconds,
/// at least: a machine that is busy with other work lets them wait. 1 for other runs, whose states
/// may have been fitted by any before them.
double waiting_of(const json& manifest, const std::string& name) {
  if (!panel_in(manifest, name).value("retraining", json()).is_null()) return 1;
  for (const json& stage : manifest.at("usage").at("stages")) {
    const auto busy = stage.at("core_seconds").get<double>();
    if (stage.at("stage") != "models" || busy <= 0) continue;
    return std::max(1.0, stage.at("seconds").get<double>() / busy);
  }
  return 1;
}

}  // namespace

ContinuedPlan::ContinuedPlan(const Repository& repository, const RunRequest& request,
                             EarlierRun earlier, const json& latest)
    : earlier_(std::move(earlier)),
      latest_(latest),
      latest_rows_(retraining_rows(repository, latest)),
      members_(request.choice.members),
      limited_(request.choice.refit_budget > 0),
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
      changed_series(earlier_.name(), known_histories(earlier_.ledger, name), panel,
                     history_marks(panel, end, inputs.availability.get(), inputs.covariates));
  return limited_ || !is_another_panel(changes_[name], panel.size());
}

void ContinuedPlan::add_refits(Bucket end, PanelPlan& plan) {
  const json panel = panel_in(earlier_.manifest, plan.panel);
  const auto steps =
      static_cast<Eigen::Index>(std::max<Bucket>(0, end - panel.at("end").get<Bucket>()));
  std::map<std::string, std::vector<LedgerRow>> ledgers;
  for (const json& row : earlier_.retraining) {
    if (row.at("panel") != plan.panel) continue;
    ledgers[row.at("model").get<std::string>()].push_back(later_row(row, steps));
  }
  const double waiting = waiting_of(earlier_.manifest, plan.panel);
  std::size_t states = 0;
  std::size_t due = 0;
  for (const auto& [model, ledger] : ledgers) {
    constexpr double kNothingLeft = 1e-12;
    const RetrainingPolicy policy{limited_ ? std::max(budget_, kNothingLeft) : 0};
    states += ledger.size();
    for (const RetrainingDecision& own : decide_retraining(ledger, policy, changes_[plan.panel])) {
      if (own.decision == Retraining::move_on) continue;
      ++due;
      budget_ -= own.seconds;
      if (!is_combination(model, plan.models)) plan.core_seconds += own.seconds / waiting;
    }
  }
  if (due > 0) plan.learnt_from += fmt::format(", {} of {} states to be fitted again", due, states);
}

void ContinuedPlan::add_states(Traffic& traffic) const {
  const json& usage = earlier_.manifest.at("usage");
  const auto written = usage.at("bytes_written").get<std::int64_t>();
  constexpr std::int64_t kFormats = 3;
  traffic.gets += std::ssize(earlier_.manifest.at("models")) +
                  kFormats * std::ssize(earlier_.manifest.at("tables"));
  traffic.puts = usage.at("requests").at("put").get<std::int64_t>();
  traffic.bytes_read += written;
  traffic.bytes_written = written;
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
