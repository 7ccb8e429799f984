#pragma once

#include "evaluation/backtest.h"
#include "evaluation/demand_model.h"
#include "evaluation/reconciled_model.h"
#include "pipeline/forecast_table.h"
#include "pipeline/history_mark.h"
#include "pipeline/model_registry.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// Fitted states of an earlier run, by model.
using EarlierStates = std::map<std::string, std::shared_ptr<const Fitted>>;

/// What to do with one panel: which models, how to prove them, how far to look ahead.
struct PanelRunOptions {
  std::vector<std::string> models;
  BacktestOptions backtest;
  Covariates covariates{};         ///< over the history and the horizon; see require_known
  EarlierStates earlier{};         ///< that fits may start from, where the backtest says so
  AvailabilityPtr availability{};  ///< models see demand and are scored on sales; nothing: no limit
  std::optional<HierarchyPlan> hierarchy{};  ///< of a panel with sums: forecasts add up
  /// Told of every result when nothing more is to come of it, in their order, and whether its model
  /// forecasts. May take its state away, so that those of all models need not be held together.
  std::function<void(ModelBacktest& result, bool forecasts)> finished = [](ModelBacktest&, bool) {};
};

/// Proven and forecast: the backtest of every model, and its forecast from the end of the panel.
struct PanelRun {
  Eigen::Index windows = 0;  ///< origins that the history allowed; 0: too short to prove anything
  bool refitted = false;     ///< fitted anew for the forecast, on all data
  std::vector<ModelBacktest> results;    ///< by model; without scores where windows is 0
  std::vector<NamedForecast> forecasts;  ///< by model; of a hierarchy those that add up alone

  /// The run whose states went on, and whose proof stands; empty where all series were fitted.
  std::string moved_on_from{};
  /// By model, as the rows of its ledger; what was done with each series.
  std::map<std::string, std::vector<RetrainingDecision>> decisions{};
  RetrainingReport retraining{};      ///< of all models
  Eigen::Index windows_of_proof = 0;  ///< origins of the proof that stands; 0 where it is its own
  /// Series whose history has changed and whose refit no budget was left for, by unique_id: what
  /// was known of them before, nothing of those that were not there.
  std::map<std::string, HistoryMark> waiting{};

  /// The result of a model that forecasts, which has one.
  const ModelBacktest& result_of(const std::string& model) const;
  /// Whether a result is of a model that forecasts, and not there for comparison only.
  bool forecasts_with(const ModelBacktest& result) const;
};

/// As many of the windows asked for as leave half of the longest series for the first fit.
Eigen::Index possible_windows(const Panel& panel, BacktestOptions options);

/// Whether a proof over so many windows takes more than a tenth of any series, so that all models
/// are fitted anew before they forecast.
bool fits_anew(const Panel& panel, const BacktestOptions& options);

/// Backtests every model, in a hierarchy before and after its forecasts are made to add up, then
/// moves its state on to the end and forecasts. Where the windows take more than a tenth of any
/// series, all models are fitted anew on all of the panel before they forecast, the ledger is that
/// of this fit, and Ensemble keeps its evidence. A history too short for the windows asked for gets
/// fewer, down to none.
PanelRun run_panel(const Panel& panel, ModelRegistry& registry, const PanelRunOptions& options);

/// Fits every model on all of the panel and forecasts, with no proof.
PanelRun forecast_panel(const Panel& panel, ModelRegistry& registry,
                        const PanelRunOptions& options);

/// Backtests every model, and Naive2 on the same origins for their OWA; says of each how far it is
/// from the best, and whether that may be chance.
std::vector<ModelBacktest> backtest_panel(const Panel& panel, ModelRegistry& registry,
                                          const PanelRunOptions& options);

/// What to tell of the series of a panel that have ended, as note_of_endings; empty where none has.
std::string endings_of(const std::vector<ModelBacktest>& results);

/// The set that is proven when no model is named: a yardstick and AutoSelect; up to 20 series also
/// the models of the study and their Ensemble, as the LSTM fits a network per series.
std::vector<std::string> default_models(Eigen::Index series);

}  // namespace forecart
