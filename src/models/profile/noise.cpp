#include "models/profile/noise.h"

#include <algorithm>
#include <cmath>

namespace forecart {

namespace {

/// Points of errors at origins that need no help from the errors in sample.
constexpr double kEnoughPoints = 50;
/// Origins at which a series' own excess counts as much as the panel's.
constexpr double kPriorOrigins = 10;
/// A level is known to within its own size.
constexpr double kLargestLevelVariance = 1;

struct Moments {
  double index = 1;
  double level_variance = 0;  // below zero by chance
  double weight = 0;          // of the level's variance: how far the level outweighs the noise
};

Moments solve(const ErrorSums& sums) {
  Moments result;
  if (!(sums.means > 0)) return result;
  const double plain = sums.squares / sums.means;
  const double joint = sums.origin_squares / sums.origin_means;
  const double spread =
      sums.squared_origin_means / sums.origin_means - sums.squared_means / sums.means;
  result.index = plain;
  if (!(spread > 0)) return result;
  result.level_variance = std::min((joint - plain) / spread, kLargestLevelVariance);
  const double level = std::max(0.0, result.level_variance);
  const double own = plain - level * sums.squared_means / sums.means;
  result.index = std::max(own, 0.1 * plain);
  const double mean = sums.origin_means / sums.origins;
  result.weight = mean / (mean + 10 * result.index);
  return result;
}

/// Index of both kinds of errors, those in sample filling up what origins lack.
double blended_index(const NoiseEvidence& evidence, const Moments& moments) {
  const double lacking = std::max(0.0, kEnoughPoints - evidence.at_origins.points);
  const double in_sample = evidence.in_sample.means > 0
                               ? evidence.in_sample.squares / evidence.in_sample.means
                               : evidence.level;
  if (!(evidence.at_origins.means > 0)) return in_sample;
  const double share = lacking / kEnoughPoints;
  return (1 - share) * moments.index + share * in_sample;
}

double estimated_level_variance(const NoiseEvidence& evidence, double index) {
  const double behind = evidence.level * evidence.support;
  return behind > 0 ? std::min(kLargestLevelVariance, index / behind) : 0;
}

}  // namespace

ErrorSums in_sample_errors(const ScaledSeries& series, const Factors& factors,
                           const PlaceTable& places) {
  double above = 0;
  double below = 0;
  ErrorSums sums;
  for (Eigen::Index t = 0; t < series.size(); ++t) {
    const double z = series.z[static_cast<std::size_t>(t)];
    if (std::isnan(z)) continue;
    above += z;
    below += factor_at(factors, places, series.first + t);
    ++sums.points;
  }
  if (sums.points < 2 || !(below > 0)) return {};
  for (Eigen::Index t = 0; t < series.size(); ++t) {
    const double z = series.z[static_cast<std::size_t>(t)];
    if (std::isnan(z)) continue;
    const double f = above / below * factor_at(factors, places, series.first + t);
    sums.squares += (z - f) * (z - f) * sums.points / (sums.points - 1);
    sums.means += f;
  }
  return sums;
}

PanelNoise estimate_noise(const std::vector<NoiseEvidence>& evidence) {
  double sum = 0;
  double weights = 0;
  for (const NoiseEvidence& one : evidence) {
    const Moments moments = solve(one.at_origins);
    const double index = blended_index(one, moments);
    sum += moments.weight * (moments.level_variance - estimated_level_variance(one, index));
    weights += moments.weight;
  }
  PanelNoise result;
  result.excess = weights > 0 ? std::max(0.0, sum / weights) : 0;
  for (const NoiseEvidence& one : evidence) result.series.push_back(noise_of(one, result.excess));
  return result;
}

SeriesNoise noise_of(const NoiseEvidence& evidence, double excess) {
  const Moments moments = solve(evidence.at_origins);
  const double index = blended_index(evidence, moments);
  const double estimated = estimated_level_variance(evidence, index);
  const double own = evidence.at_origins.origins;
  const double drawn =
      (own * (moments.level_variance - estimated) + kPriorOrigins * excess) / (own + kPriorOrigins);
  return {index, std::min(kLargestLevelVariance, estimated + std::max(0.0, drawn))};
}

}  // namespace forecart
