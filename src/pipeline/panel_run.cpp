#include "pipeline/panel_run.h"

#include "base/error.h"
#include "evaluation/differences.h"
#include "evaluation/item_life.h"
#include "pipeline/run_models.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace forecart {

namespace {

using Eigen::Index;

Index longest_series(const Panel& panel) {
  Index longest = 0;
  for (Index i = 0; i < panel.size(); ++i) longest = std::max(longest, std::ssize(panel[i].values));
  return longest;
}

/// Steps from the first known value of a series to its end.
Index history(const SeriesView& series) {
  const auto first = std::find_if(series.values.begin(), series.values.end(),
                                  [](double y) { return !std::isnan(y); });
  return series.values.end() - first;
}

/// Of the series that have a known value; needs one.
Index shortest_history(const Panel& panel) {
  Index shortest = std::numeric_limits<Index>::max();
  for (Index i = 0; i < panel.size(); ++i) {
    const Index own = history(panel[i]);
    if (own > 0) shortest = std::min(shortest, own);
  }
  return shortest;
}

void require_series(const Panel& panel) {
  if (longest_series(panel) == 0) {
    throw Error(ErrorCode::bad_data, "there is no series with a value: nothing to forecast");
  }
}

/// The options of a model's backtest, with its earlier state.
BacktestOptions backtest_of(const std::string& model, const PanelRunOptions& options) {
  BacktestOptions own = options.backtest;
  const auto found = options.earlier.find(model);
  if (own.warm_start && found != options.earlier.end()) own.fit.earlier = found->second.get();
  return own;
}

NamedForecast forecast_of(const ModelBacktest& result, const PanelRunOptions& options) {
  const Index horizon = options.backtest.horizon;
  return {result.model, result.fitted->forecast(horizon, options.covariates),
          reconciled_demand(*result.fitted, horizon, options.covariates)};
}

/// A result without scores, for a model fitted on all of the panel.
ModelBacktest unproven(const Model& model, const Panel& panel, const PanelRunOptions& options) {
  ModelBacktest result;
  result.model = model.name();
  result.fitted = model.fit(panel, options.covariates, backtest_of(model.name(), options).fit);
  record_fit(*result.fitted, result);
  Metrics none;
  none.mae = std::numeric_limits<double>::quiet_NaN();
  result.series.assign(static_cast<std::size_t>(panel.size()), none);
  return result;
}

/// Brings the state from the last origin to the end of the panel; with `refit` by a fit, which
/// inherits what the state has learnt on the way.
void bring_to_end(const Model& model, const Panel& panel, const PanelRunOptions& options,
                  bool refit, ModelBacktest& result) {
  result.fitted->update(panel.before_end(options.backtest.reach(), 0), options.covariates);
  result.ledger = result.fitted->ledger_rows();
  if (!refit) return;
  FitOptions fit = options.backtest.fit;
  if (options.backtest.warm_start) fit.earlier = result.fitted.get();
  auto anew = model.fit(panel, options.covariates, fit);
  anew->inherit(*result.fitted);
  result.fitted = std::move(anew);
  record_fit(*result.fitted, result);  // after it has inherited how its intervals are calibrated
}

/// Tells every result its OWA, against Naive2 on the same origins: one of them, or run beside them.
void measure_owa(const Panel& panel, RunModels& models, const PanelRunOptions& options,
                 std::vector<ModelBacktest>& results) {
  const std::string name = "Naive2";
  const auto own = std::find_if(results.begin(), results.end(),
                                [&](const ModelBacktest& result) { return result.model == name; });
  if (own != results.end()) return note_owa(*own, results);
  BacktestOptions quiet = options.backtest;
  quiet.fit.progress = &no_progress();
  note_owa(backtest(*models.make(name), panel, quiet, options.covariates), results);
}

std::vector<ModelBacktest> backtest_all(const Panel& panel, RunModels& models,
                                        const PanelRunOptions& options) {
  require_series(panel);
  std::vector<ModelBacktest> results;
  for (const std::string& name : models.proven(options.models)) {
    results.push_back(
        backtest(*models.make(name), panel, backtest_of(name, options), options.covariates));
  }
  measure_owa(panel, models, options, results);
  note_differences(options.backtest, results);
  return results;
}

}  // namespace

Index possible_windows(const Panel& panel, BacktestOptions options) {
  const Index room = longest_series(panel) / 2;
  while (options.windows > 0 && options.steps_after(0) > room) --options.windows;
  return options.windows;
}

bool fits_anew(const Panel& panel, const BacktestOptions& options) {
  return options.steps_after(0) > shortest_history(panel) / 10;
}

std::vector<ModelBacktest> backtest_panel(const Panel& panel, ModelRegistry& registry,
                                          const PanelRunOptions& options) {
  RunModels models(registry, options.availability, options.hierarchy);
  return backtest_all(panel, models, options);
}

PanelRun forecast_panel(const Panel& panel, ModelRegistry& registry,
                        const PanelRunOptions& options) {
  require_series(panel);
  RunModels models(registry, options.availability, options.hierarchy);
  PanelRun run;
  for (const std::string& name : models.published(options.models)) {
    run.results.push_back(unproven(*models.make(name), panel, options));
    run.forecasts.push_back(forecast_of(run.results.back(), options));
    options.finished(run.results.back(), true);
  }
  return run;
}

PanelRun run_panel(const Panel& panel, ModelRegistry& registry, const PanelRunOptions& options) {
  require_series(panel);
  PanelRunOptions possible = options;
  possible.backtest.windows = possible_windows(panel, options.backtest);
  if (possible.backtest.windows == 0) return forecast_panel(panel, registry, options);

  RunModels models(registry, options.availability, options.hierarchy);
  PanelRun run;
  run.windows = possible.backtest.windows;
  run.refitted = fits_anew(panel, possible.backtest);
  run.results = backtest_all(panel, models, possible);
  const std::vector<std::string> published = models.published(options.models);
  for (ModelBacktest& result : run.results) {
    const bool forecasts = std::ranges::count(published, result.model) > 0;
    if (forecasts) {
      const ModelPtr model = models.make(result.model);
      bring_to_end(*model, panel, possible, run.refitted, result);
      run.forecasts.push_back(forecast_of(result, options));
    }
    options.finished(result, forecasts);
  }
  return run;
}

const ModelBacktest& PanelRun::result_of(const std::string& model) const {
  return *std::find_if(results.begin(), results.end(),
                       [&](const ModelBacktest& result) { return result.model == model; });
}

bool PanelRun::forecasts_with(const ModelBacktest& result) const {
  return std::any_of(forecasts.begin(), forecasts.end(),
                     [&](const NamedForecast& named) { return named.model == result.model; });
}

std::string endings_of(const std::vector<ModelBacktest>& results) {
  Endings endings;
  for (const ModelBacktest& result : results) endings.add(*result.fitted);
  return endings.note();
}

std::vector<std::string> default_models(Index series) {
  if (series > 20) return {"SeasonalNaive", "AutoSelect"};
  return {"SeasonalNaive", "LevelProfile", "ARIMA", "LSTM", "Ensemble", "AutoSelect"};
}

}  // namespace forecart
