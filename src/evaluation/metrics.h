#pragma once

#include "series/forecast.h"

#include <limits>
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

/// What a series weighs in WRMSSE: the sum of |y| over the last whole seasons of the training part,
/// as many as hold 28 values; of days these are M5's last 28, with y for its sales in dollars
/// [Makridakis2022].
double recent_volume(std::span<const double> training, int season);

/// Metrics of one series or their means over series. NaN where a metric is not defined (a scale of
/// zero, nothing sold at all).
struct Metrics {
  double mae = 0;
  double mse = 0;
  double rmse = 0;
  double mape = 0;   ///< percent of |y|, over the points where y is not 0
  double smape = 0;  ///< 0..200 as in M4, 0/0 counts 0
  double mase = 0;
  double rmsse = 0;
  double wape = 0;                                           ///< sum |error| / sum |y|
  double bias = 0;                                           ///< mean forecast - y
  double quantile_loss = 0;                                  ///< mean over the bounds of all levels
  double crps = 0;                                           ///< quantile_loss, scaled as MASE
  double owa = std::numeric_limits<double>::quiet_NaN();     ///< of means only, see owa_against
  double wrmsse = std::numeric_limits<double>::quiet_NaN();  ///< of means only, see recent_volume
  std::vector<double> coverage;                              ///< share inside, per level
  std::vector<double> msis;  ///< mean scaled interval score, per level (M4)
};

/// Metrics over the points of one series; `levels` in percent, as in the points. Needs a point.
Metrics score(std::span<const ScoredPoint> points, const std::vector<double>& levels,
              const Scale& scale);

/// Unweighted means over series, leaving out what is not defined. Needs one.
Metrics mean_over_series(std::span<const Metrics> series);

/// Mean of values by their weights, leaving out values that are NaN; NaN where no weight is left.
double weighted_mean(std::span<const double> values, std::span<const double> weights);

/// M4's overall weighted average: the mean of sMAPE and MASE, each over that of Naive2 on the same
/// points [Makridakis2020]; 1 where both are alike, NaN where Naive2 made no error.
double owa_against(const Metrics& naive2, const Metrics& own);

}  // namespace forecart
