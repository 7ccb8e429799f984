#pragma once

#include "evaluation/backtest.h"

#include <Eigen/Core>

#include <string>
#include <vector>

namespace forecart {

/// One metric of one model taken apart. A series' value is a ratio of sums over its points (or the
/// root of one, or a multiple), so each origin moves it by what it adds to the sums.
struct SeriesMetric {
  std::string name;
  Eigen::ArrayXd value;       ///< (series); NaN where it is not defined
  Eigen::ArrayXXd influence;  ///< (origins, series): first-order effect of an origin; sums to zero
  Eigen::ArrayXd weight;      ///< (series) in the mean over series
};

/// Losses of one model summed per origin and series.
class LossCells {
 public:
  LossCells(const ModelBacktest& result, const BacktestOptions& options);

  /// mae, mse, rmse, mape, smape, mase, rmsse, wape, quantile_loss, crps, owa, wrmsse, and
  /// msis-LEVEL for each level: every metric that is less where forecasts are better.
  static std::vector<std::string> metric_names(const std::vector<double>& levels);

  /// One of metric_names; its weighted mean over series is that of the result.
  SeriesMetric metric(const std::string& name) const;

 private:
  /// What is summed; `spread` and on are the interval scores of the levels.
  enum Part : Eigen::Index {
    count,
    absolute,
    square,
    share,
    shares,
    symmetric,
    quantile,
    size,
    spread
  };

  void add(Eigen::Index cell, const ScoredPoint& point);
  Eigen::Map<const Eigen::ArrayXXd> part(Eigen::Index which) const;
  SeriesMetric ratio(Eigen::Index numerator, Eigen::Index denominator) const;
  SeriesMetric root_mean_square() const;
  SeriesMetric scaled_error(const std::string& name) const;
  SeriesMetric interval_score(const std::string& name) const;
  SeriesMetric owa() const;

  const ModelBacktest& result_;
  const BacktestOptions& options_;
  Eigen::Index series_;
  Eigen::ArrayXXd sums_;  // (origins * series, parts), origins of a series together
};

}  // namespace forecart
