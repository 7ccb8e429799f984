#include "models/profile/level_choice.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace forecart {

namespace {

using Eigen::Index;

constexpr Index kMostOrigins = 60;

/// Share of the mean loss below which being still better counts for little: a series that has come
/// to its end is forecast without error by any rule that is short enough.
constexpr double kLeastLoss = 0.01;

/// Rules so near the best in the log of the squared error are as good, and better together.
constexpr double kAsGood = 0.02;
constexpr std::size_t kMostRules = 4;

/// Factor of every value of a series.
std::vector<double> factors_of(const ScaledSeries& series, const Factors& factors,
                               const PlaceTable& places) {
  std::vector<double> result;
  result.reserve(series.z.size());
  for (Index t = 0; t < series.size(); ++t) {
    result.push_back(factor_at(factors, places, series.first + t));
  }
  return result;
}

/// Adds the errors of one origin, whose forecast is level times factor.
void add_origin(const ScaledSeries& series, const std::vector<double>& factors, Index origin,
                Index reach, double level, ErrorSums& sums) {
  double error = 0;
  double mean = 0;
  for (Index t = origin; t < origin + reach; ++t) {
    const auto i = static_cast<std::size_t>(t);
    if (std::isnan(series.z[i])) continue;
    const double f = level * factors[i];
    const double e = series.z[i] - f;
    ++sums.points;
    sums.squares += e * e;
    sums.means += f;
    sums.squared_means += f * f;
    error += e;
    mean += f;
  }
  ++sums.origins;
  sums.origin_squares += error * error;
  sums.origin_means += mean;
  sums.squared_origin_means += mean * mean;
}

}  // namespace

Origins Origins::of(Index length, Index horizon, int season) {
  Origins origins;
  const Index room = length / 4;
  origins.reach = std::min(horizon, std::max<Index>(1, room / 2));
  const Index cycle = std::max(1, season);
  origins.spacing = (origins.reach + cycle - 1) / cycle * cycle;
  if (room < origins.reach || length < 8) return origins;
  origins.count = std::min(kMostOrigins, 1 + (room - origins.reach) / origins.spacing);
  return origins;
}

std::vector<ErrorSums> origin_errors(const ScaledSeries& series, std::span<const LevelBlend> blends,
                                     const Factors& factors, const PlaceTable& places,
                                     const Origins& origins) {
  std::vector<ErrorSums> result(blends.size());
  const Index first = series.size() - origins.held_out();
  if (origins.count == 0 || first < 1) return result;
  const std::vector<double> f = factors_of(series, factors, places);
  for (std::size_t b = 0; b < blends.size(); ++b) {
    BlendedLevel level(blends[b]);
    Index next = first;
    for (Index t = 0; t <= series.size() - origins.reach; ++t) {
      if (t == next) {
        add_origin(series, f, t, origins.reach, level.value(), result[b]);
        next += origins.spacing;
      }
      const auto i = static_cast<std::size_t>(t);
      if (!std::isnan(series.z[i])) level.push(series.z[i], f[i]);
    }
  }
  return result;
}

LevelBlend best_rules(const std::vector<std::vector<ErrorSums>>& errors,
                      std::span<const LevelRule> rules) {
  std::vector<double> loss(rules.size(), 0);
  double known = 0;
  for (const auto& series : errors) {
    double mean = 0;  // over the rules
    for (const ErrorSums& sums : series) mean += sums.squares / static_cast<double>(rules.size());
    if (!(mean > 0)) continue;
    ++known;
    for (std::size_t r = 0; r < rules.size(); ++r) {
      loss[r] += std::log(series[r].squares / mean + kLeastLoss);
    }
  }
  if (known == 0) return {rules[rules.size() / 2]};
  std::vector<std::size_t> order(rules.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return loss[a] < loss[b]; });
  LevelBlend best;
  for (const std::size_t r : order) {
    if (best.size() == kMostRules || loss[r] - loss[order[0]] > kAsGood * known) break;
    best.push_back(rules[r]);
  }
  return best;
}

}  // namespace forecart
