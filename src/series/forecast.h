#pragma once

#include "base/calendar.h"
#include "series/predictive.h"

#include <Eigen/Core>

#include <cstdint>
#include <string>
#include <vector>

namespace forecart {

/// What is expected of one series: steps lie in buckets first, first + 1, ...
struct SeriesForecast {
  std::string id;
  Bucket first = 0;
  PredictivePtr distribution;
};

/// Forecasts of a panel over the same horizon.
struct Forecast {
  Calendar calendar;
  Eigen::Index horizon = 0;
  std::vector<SeriesForecast> series;

  /// Joint sample paths of one series, (horizon, paths); the same seed gives the same paths.
  Eigen::MatrixXd draw(std::size_t index, Eigen::Index paths, std::uint64_t seed) const;
};

/// A central interval of `level` percent: its two probabilities, e.g. 80 -> 0.1 and 0.9.
struct IntervalProbabilities {
  double low;
  double high;
};
IntervalProbabilities interval_probabilities(double level);

}  // namespace forecart
