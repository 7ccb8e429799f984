#include "models/stability.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace forecart {
namespace {

/// The range of the observed values, or their level where they are all the same.
double spread(std::span<const double> values) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const double y : values) {
    if (std::isnan(y)) continue;
    low = std::min(low, y);
    high = std::max(high, y);
  }
  return high > low ? high - low : std::abs(low);
}

}  // namespace

std::string instability(const Predictive& forecast, std::span<const double> values) {
  const double widest = kWidestInterval * spread(values);
  for (Eigen::Index k = 0; k < forecast.horizon(); ++k) {
    const double width = forecast.quantile(k, 0.975) - forecast.quantile(k, 0.025);
    if (!std::isfinite(forecast.mean(k)) || !std::isfinite(width)) {
      return fmt::format("the forecast {} steps ahead is not finite", k + 1);
    }
    if (width > widest) {
      return fmt::format("the 95 % interval {} steps ahead is wider than {} ranges of the data",
                         k + 1, kWidestInterval);
    }
  }
  return {};
}

std::string instability(const FittedSeries& fitted, std::span<const double> values,
                        Eigen::Index horizon, const Regressors& future) {
  return instability(*fitted.forecast(horizon, future), values);
}

}  // namespace forecart
