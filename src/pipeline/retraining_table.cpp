#include "pipeline/retraining_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <map>

namespace forecart {

namespace {

using nlohmann::json;

/// What a published model's series went through, by row of its ledger.
struct Rows {
  const ModelBacktest* result;
  const std::vector<RetrainingDecision>* decisions;  ///< null: all were fitted
};

std::vector<Rows> rows_of(const PanelRun& run) {
  std::vector<Rows> rows;
  for (const ModelBacktest& result : run.results) {
    if (!run.forecasts_with(result)) continue;
    const auto found = run.decisions.find(result.model);
    rows.push_back({&result, found == run.decisions.end() ? nullptr : &found->second});
  }
  return rows;
}

/// Columns of the table, as they grow.
struct Columns {
  std::vector<std::string> model, unique_id, decision, reason;
  std::vector<std::int64_t> history, age, since_selection, compared;
  std::vector<double> error, bias, coverage, recent, expected, loss_now, loss_kept, search,
      estimate;

  void add(const LedgerRow& row, const RetrainingDecision* own) {
    const Watch watch = row.watch.value_or(Watch{});
    model.push_back(row.model);
    unique_id.push_back(row.unique_id);
    decision.emplace_back(name_of(own != nullptr ? own->decision : Retraining::select_anew));
    reason.push_back(own != nullptr ? own->reason : "all series were fitted");
    history.push_back(watch.history);
    age.push_back(watch.age);
    since_selection.push_back(watch.selected);
    error.push_back(watch.error);
    bias.push_back(watch.bias);
    coverage.push_back(watch.coverage);
    recent.push_back(watch.loss);
    expected.push_back(own != nullptr ? own->expected_loss
                                      : std::numeric_limits<double>::quiet_NaN());
    compared.push_back(watch.compared);
    loss_now.push_back(watch.loss_now);
    loss_kept.push_back(watch.loss_kept);
    search.push_back(row.search_milliseconds / 1000);
    estimate.push_back((row.milliseconds - row.search_milliseconds) / 1000);
  }

  Table table() && {
    return Table({{"model", std::move(model)},
                  {"unique_id", std::move(unique_id)},
                  {"decision", std::move(decision)},
                  {"reason", std::move(reason)},
                  {"history", std::move(history)},
                  {"age", std::move(age)},
                  {"since_selection", std::move(since_selection)},
                  {"error_alarm", std::move(error)},
                  {"bias_alarm", std::move(bias)},
                  {"coverage_alarm", std::move(coverage)},
                  {"recent_loss", std::move(recent)},
                  {"expected_loss", std::move(expected)},
                  {"compared", std::move(compared)},
                  {"loss_now", std::move(loss_now)},
                  {"loss_kept", std::move(loss_kept)},
                  {"search_seconds", std::move(search)},
                  {"estimate_seconds", std::move(estimate)}});
  }
};

/// What the last refits of a model have bought so far.
struct Bought {
  Eigen::Index series = 0;
  Eigen::Index compared = 0;
  double now = 0;
  double kept = 0;
};

Bought bought_by(const ModelBacktest& result) {
  Bought sum;
  for (const LedgerRow& row : result.ledger) {
    if (!row.watch || row.watch->compared == 0) continue;
    ++sum.series;
    sum.compared += row.watch->compared;
    sum.now += row.watch->loss_now;
    sum.kept += row.watch->loss_kept;
  }
  return sum;
}

/// "SeasonalNaive -1.3 % (2 series, 48 values)"
std::string bought_text(const std::string& model, const Bought& bought) {
  const double change = bought.kept > 0 ? 100 * (bought.now / bought.kept - 1) : 0;
  return fmt::format("{} {:+.1f} % ({} series, {} values)", model, change, bought.series,
                     bought.compared);
}

/// Why refits had to wait, and how many: what stands last in the reasons.
std::string waiting_text(const PanelRun& run) {
  std::map<std::string, int> counts;
  for (const auto& [model, decisions] : run.decisions) {
    for (const RetrainingDecision& one : decisions) {
      if (one.decision != Retraining::move_on || one.reason.empty()) continue;
      const std::size_t last = one.reason.rfind(": ");
      ++counts[last == std::string::npos ? one.reason : one.reason.substr(last + 2)];
    }
  }
  std::vector<std::string> told;
  for (const auto& [why, count] : counts) told.push_back(fmt::format("{} {}", count, why));
  return fmt::format("{}", fmt::join(told, "; "));
}

}  // namespace

std::size_t retraining_rows(const PanelRun& run) {
  std::size_t count = 0;
  for (const Rows& rows : rows_of(run)) count += rows.result->ledger.size();
  return count;
}

Table retraining_table(const PanelRun& run, Slice part) {
  Columns columns;
  std::size_t before = 0;  // rows of the models before
  for (const Rows& rows : rows_of(run)) {
    const std::size_t size = rows.result->ledger.size();
    const std::size_t first = std::clamp(part.first, before, before + size) - before;
    const std::size_t last = std::clamp(part.last, before, before + size) - before;
    for (std::size_t i = first; i < last; ++i) {
      columns.add(rows.result->ledger[i],
                  rows.decisions != nullptr ? &(*rows.decisions)[i] : nullptr);
    }
    before += size;
  }
  return std::move(columns).table();
}

json retraining_json(const PanelRun& run) {
  if (run.moved_on_from.empty()) return nullptr;
  json models = json::array();
  for (const Rows& rows : rows_of(run)) {
    const Bought bought = bought_by(*rows.result);
    models.push_back({{"model", rows.result->model},
                      {"compared", bought.compared},
                      {"loss_now", bought.now},
                      {"loss_kept", bought.kept}});
  }
  const RetrainingReport& report = run.retraining;
  return {{"moved_on_from", run.moved_on_from},  {"moved_on", report.moved_on},
          {"re_estimated", report.re_estimated}, {"selected_anew", report.selected_anew},
          {"postponed", report.postponed},       {"bought", std::move(models)}};
}

std::string retraining_text(const PanelRun& run) {
  if (run.moved_on_from.empty()) return "";
  const RetrainingReport& report = run.retraining;
  std::string text = fmt::format(
      "went on from run {}, nothing was proven anew\n"
      "  of {} fitted states, one per model and series:\n",
      run.moved_on_from, report.moved_on + report.refits());
  const auto count = [&text](Eigen::Index states, const char* what) {
    if (states > 0) text += fmt::format("  {:>7} {}\n", states, what);
  };
  count(report.moved_on, "moved on over the new values, models and parameters as they were");
  count(report.re_estimated, "re-estimated: the same model, parameters fitted again");
  count(report.selected_anew, "selected anew: model and parameters");
  if (report.postponed > 0) {
    count(report.postponed, "of those moved on need a refit and wait:");
    text += fmt::format("          {}\n", waiting_text(run));
  }
  std::vector<std::string> bought;
  for (const ModelBacktest& result : run.results) {
    const Bought own = bought_by(result);
    if (own.compared > 0) bought.push_back(bought_text(result.model, own));
  }
  if (bought.empty()) return text;
  return text +
         fmt::format("  errors since the last refits, against the states before them:\n    {}\n",
                     fmt::join(bought, "\n    "));
}

json watch_json(const PanelRun& run) {
  const auto rows = rows_of(run);
  const auto best = std::ranges::find_if(rows, [](const Rows& one) { return one.decisions; });
  if (run.moved_on_from.empty() || best == rows.end()) return nullptr;
  const auto alarmed = [&](double RetrainingDecision::*alarm) {
    return std::ranges::count_if(*best->decisions,
                                 [&](const RetrainingDecision& one) { return one.*alarm >= 1; });
  };
  return {{"series", best->decisions->size()},
          {"error_above_band", alarmed(&RetrainingDecision::error_alarm)},
          {"coverage_drift", alarmed(&RetrainingDecision::coverage_alarm)}};
}

}  // namespace forecart
