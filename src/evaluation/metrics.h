#pragma once

#include "series/forecast.h"

#include <span>
#include <vector>

namespace forecart {

/// Point and quantile forecasts of one series beside what came, over all its scored steps.
struct ScoredPoint {
  double y = 0;
  double mean = 0;
  std::vector<double> low;   ///< lower bound per level
  std::vector<double> high;  ///< upper bound per level
};

/// In-sample units of the scaled metrics, from the values before the first origin only.
struct Scale {
  double mae =
      0;  ///< mean |y_t - y_{t-season}|: after [HyndmanKoehler2006], with the season as lag
  double mse = 0;  ///< mean (y_t - y_{t-1})^2 from the first non-zero value on (M5)
};
Scale in_sample_scale(std::span<const double> training, int season);

/// Metrics of one series or their means over series. NaN where a metric is not defined (a scale of
/// zero, nothing sold at all).
struct Metrics {
  double mae = 0;
  double mse = 0;
  double rmse = 0;
  double smape = 0;  ///< 0..200 as in M4, 0/0 counts 0
  double mase = 0;
  double rmsse = 0;
  double wape = 0;  ///< sum |error| / sum |y|
  double bias = 0;  ///< mean forecast - y
  double crps = 0;  ///< mean quantile loss over the bounds of all levels, scaled as MASE
  std::vector<double> coverage;  ///< share inside, per level
};

/// Metrics over the points of one series; `levels` in percent, as in the points. Needs a point.
Metrics score(std::span<const ScoredPoint> points, const std::vector<double>& levels,
              const Scale& scale);

/// Unweighted means over series, leaving out what is not defined. Needs one.
Metrics mean_over_series(std::span<const Metrics> series);

}  // namespace forecart
