#pragma once

#include "evaluation/difference.h"
#include "evaluation/metrics.h"
#include "evaluation/retraining_policy.h"
#include "models/model.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// Rolling origins [Tashman2000]: `windows` origins, `step` apart, the last one `gap` + `horizon`
/// before the end of each series.
struct BacktestOptions {
  Eigen::Index horizon = 24;
  Eigen::Index gap = 0;  ///< steps after an origin that are neither known nor scored
  Eigen::Index windows = 8;
  Eigen::Index step = 24;
  Eigen::Index refit = 0;  ///< fit anew every so many origins; 0: once, before the first
  /// Instead of `refit`: at every origin the series that need it are fitted again, and only they.
  std::optional<RetrainingPolicy> policy{};
  std::vector<double> levels{80, 95};  ///< central intervals, percent
  int mase_season = 1;
  FitOptions fit;
  bool warm_start = false;  ///< fits start from the one before, the first from fit.earlier

  void validate() const;

  /// Values of every series from its `window`-th origin (0 is the earliest) to its end.
  Eigen::Index steps_after(Eigen::Index window) const {
    return reach() + (windows - 1 - window) * step;
  }

  /// Steps that a forecast looks ahead to the last one that is scored.
  Eigen::Index reach() const { return gap + horizon; }
};

/// Throws Error invalid_value unless it is from 1 to 100,000 steps.
void check_horizon(Eigen::Index horizon);

/// One forecast value beside what came.
struct BacktestRow {
  Eigen::Index series = 0;
  Bucket cutoff = 0;  ///< the last bucket the forecast may know
  Bucket bucket = 0;
  ScoredPoint point;  ///< y is NaN where nothing is known: such a row is not scored
};

/// What one model did on all origins.
struct ModelBacktest {
  std::string model;
  std::vector<BacktestRow> rows;    ///< by window, series, step
  std::vector<Metrics> series;      ///< per series; mae NaN where nothing could be scored
  Metrics mean;                     ///< over the series; its owa only once note_owa was told
  std::vector<double> volume;       ///< recent_volume per series
  Metrics naive2;                   ///< mean of Naive2 on the same origins, once note_owa was told
  std::vector<Difference> to_best;  ///< by metric, once note_differences was told
  Eigen::Index unscaled = 0;        ///< scored series whose scale is 0: scaled means leave them out
  double fit_seconds = 0;           ///< sum of the series' fit times
  std::map<std::string, double> member_seconds;  ///< its parts by model, where it combines others
  double forecast_seconds = 0;                   ///< all updates and forecasts
  RetrainingReport retraining{};                 ///< what the policy did, over all origins
  std::vector<LedgerRow> ledger;                 ///< of `fitted`
  std::unique_ptr<Fitted> fitted;                ///< as it stood at the last origin
};

/// Sets the OWA of every result, given Naive2's on the same origins.
void note_owa(const ModelBacktest& naive2, std::vector<ModelBacktest>& results);

/// Notes a fit: adds its times, and keeps its ledger.
void record_fit(const Fitted& fitted, ModelBacktest& result);

/// Seconds of all fits, those of models that stand alone and are members too counted once.
double fit_seconds_counted_once(const std::vector<ModelBacktest>& results);

/// Milliseconds of the last fits of one series, counted likewise.
double milliseconds_counted_once(const std::vector<ModelBacktest>& results, std::size_t series);

/// Mean and bounds of one step of a forecast; its y is 0.
ScoredPoint forecast_point(const Predictive& distribution, Eigen::Index step,
                           const std::vector<double>& levels);

/// Fits before the first origin, then moves the state on from origin to origin and forecasts. With
/// `refit`, the origins from one fit to the next are a group of their own: where there are few
/// series, groups run beside each other, each on its share of the threads, to the same results.
/// `covariates` hold what is known in the end: of what lies ahead of an origin, a forecast sees
/// their values over its horizon and nothing else. Throws Error bad_data when no series is longer
/// than the windows need.
ModelBacktest backtest(const Model& model, const Panel& panel, const BacktestOptions& options,
                       const Covariates& covariates = {});

}  // namespace forecart
