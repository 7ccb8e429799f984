#include "models/profile/level_choice.h"

#include <algorithm>
#include <cmath>

namespace forecart {

namespace {

using Eigen::Index;

constexpr Index kMostOrigins = 60;

/// Share of the mean loss below which being still better counts for little: a series that has come
/// to its end is forecast without error by any rule that is short enough.
constexpr double kLeastLoss = 0.01;

/// Weight of a rule, as a share of the best one's, below which it is left out.
constexpr double kLeastWeight = 0.01;

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

/// Sum of squared errors of one series, mean over the rules.
double mean_squares(const std::vector<ErrorSums>& rules) {
  double sum = 0;
  for (const ErrorSums& sums : rules) sum += sums.squares;
  return sum / static_cast<double>(rules.size());
}

/// How many independent errors those of one series are worth: the errors of an origin go together
/// as far as they are the level's. Points over the design effect sum (sum e)^2 / sum e^2
/// [Kish1965].
double independent_errors(const std::vector<ErrorSums>& rules) {
  double joint = 0;
  for (const ErrorSums& sums : rules) joint += sums.origin_squares;
  const double effect = joint / static_cast<double>(rules.size()) / mean_squares(rules);
  const double points = rules.front().points;
  return std::clamp(points / std::max(effect, 1.0), rules.front().origins,
                    std::max(points, rules.front().origins));
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

LevelBlend weighed_rules(const std::vector<std::vector<ErrorSums>>& errors,
                         std::span<const LevelRule> rules) {
  Eigen::ArrayXd evidence = Eigen::ArrayXd::Zero(std::ssize(rules));  // log likelihoods
  for (const auto& series : errors) {
    const double mean = mean_squares(series);
    if (!(mean > 0)) continue;
    const double half = independent_errors(series) / 2;
    for (std::size_t r = 0; r < rules.size(); ++r) {
      evidence[static_cast<Index>(r)] -= half * std::log(series[r].squares / mean + kLeastLoss);
    }
  }
  const Eigen::ArrayXd weights = (evidence - evidence.maxCoeff()).exp();
  LevelBlend blend;
  for (std::size_t r = 0; r < rules.size(); ++r) {
    const double weight = weights[static_cast<Index>(r)];
    if (weight >= kLeastWeight) blend.push_back({rules[r], weight});
  }
  return blend;
}

}  // namespace forecart
