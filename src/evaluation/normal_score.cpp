#include "evaluation/normal_score.h"

#include "math/normal.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace forecart {

namespace {

using Eigen::Index;

/// Probabilities whose quantiles are read.
constexpr std::array kProbabilities{.005, .025, .1, .25, .5, .75, .9, .975, .995};
constexpr std::size_t kMiddle = 4;
constexpr std::size_t kLast = kProbabilities.size() - 1;
using Grid = std::array<double, kProbabilities.size()>;

const Grid& scores() {
  static const Grid kScores = [] {
    Grid grid{};
    for (std::size_t j = 0; j < grid.size(); ++j) grid[j] = normal_quantile(kProbabilities[j]);
    return grid;
  }();
  return kScores;
}

/// Values per unit of score beyond an end of the grid.
double slope(double end, double middle) {
  return std::abs(end - middle) / scores()[kLast];
}

/// How far beyond an end a value lies, in scores; nothing distinguishes values where all agree.
double beyond(double distance, double slope) {
  return slope > 0 ? std::min(distance / slope, kFarthestScore) : kFarthestScore;
}

/// The score between, or in the middle of, the quantiles around a value.
double score_inside(const Grid& values, double y) {
  const Grid& z = scores();
  const auto low = std::lower_bound(values.begin(), values.end(), y);   // first >= y
  const auto high = std::upper_bound(values.begin(), values.end(), y);  // first > y
  const auto at = static_cast<std::size_t>(low - values.begin());
  if (low != high) return (z[at] + z[static_cast<std::size_t>(high - values.begin()) - 1]) / 2;
  const double share = (y - values[at - 1]) / (values[at] - values[at - 1]);
  return z[at - 1] + share * (z[at] - z[at - 1]);
}

}  // namespace

double normal_score(const Predictive& distribution, Index step, double y) {
  Grid values{};
  for (std::size_t j = 0; j < values.size(); ++j) {
    values[j] = distribution.quantile(step, kProbabilities[j]);
  }
  const double first = scores()[0];
  double score = 0;
  if (y < values[0]) {
    score = first - beyond(values[0] - y, slope(values[0], values[kMiddle]));
  } else if (y > values[kLast]) {
    score = beyond(y - values[kLast], slope(values[kLast], values[kMiddle])) - first;
  } else {
    score = score_inside(values, y);
  }
  return std::clamp(score, -kFarthestScore, kFarthestScore);
}

bool tells_scores(const Predictive& distribution, Index step) {
  constexpr std::size_t kFirst = 3;  // what lies below may be cut at zero
  double last = distribution.quantile(step, kProbabilities[kFirst]);
  for (std::size_t j = kFirst + 1; j < kProbabilities.size(); ++j) {
    const double next = distribution.quantile(step, kProbabilities[j]);
    if (!(next > last)) return false;
    last = next;
  }
  return true;
}

double value_at_score(const Predictive& distribution, Index step, double score) {
  const double last = scores()[kLast];
  if (std::abs(score) <= last) return distribution.quantile(step, normal_cdf(score));
  const double end =
      distribution.quantile(step, score < 0 ? kProbabilities[0] : kProbabilities[kLast]);
  const double further =
      (std::abs(score) - last) * slope(end, distribution.quantile(step, kProbabilities[kMiddle]));
  if (score > 0) return end + further;
  return end >= 0 ? std::max(0.0, end - further) : end - further;
}

}  // namespace forecart
