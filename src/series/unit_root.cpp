#include "series/unit_root.h"

#include "series/interpolation.h"
#include "series/mstl.h"

#include <Eigen/Core>

#include <algorithm>
#include <array>
#include <cmath>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::VectorXd;
using Values = std::span<const double>;

constexpr double kLevel = .05;            // forecast::ndiffs, alpha
constexpr double kStrongSeason = .64;     // forecast::nsdiffs, test "seas"; found on the M3 data
constexpr double kConstantWithin = 1e-8;  // all.equal of R allows 1.5e-8 of the mean

/// Equal up to rounding, as forecast judges it.
bool is_constant(Values values) {
  if (values.empty()) return true;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return *high - *low <= kConstantWithin * std::max(std::abs(*low), std::abs(*high));
}

/// n^-1 (sum e_t^2 + 2 sum_j (1 - j / (lags + 1)) sum_t e_t e_{t-j}): the long-run variance.
double long_run_variance(const VectorXd& e, Index lags) {
  double sum = e.squaredNorm();
  for (Index j = 1; j <= lags; ++j) {
    const double weight = 1 - static_cast<double>(j) / static_cast<double>(lags + 1);
    sum += 2 * weight * e.head(e.size() - j).dot(e.tail(e.size() - j));
  }
  return sum / static_cast<double>(e.size());
}

bool is_strongly_seasonal(Values values, int season) {
  const Decomposition parts = mstl(values, {season});
  if (parts.seasons.empty()) return false;
  return seasonal_strength(parts.seasonal.front(), parts.remainder) > kStrongSeason;
}

/// `order` differences over `lag` steps.
std::vector<double> differenced_times(std::vector<double> values, int lag, int order) {
  for (int i = 0; i < order; ++i) values = differenced(values, lag);
  return values;
}

}  // namespace

std::vector<double> differenced(Values values, int lag) {
  const auto step = static_cast<std::size_t>(lag);
  std::vector<double> result;
  for (std::size_t i = step; i < values.size(); ++i) result.push_back(values[i] - values[i - step]);
  return result;
}

double kpss_statistic(Values values) {
  const auto n = static_cast<Index>(values.size());
  if (n < 2 || is_constant(values)) return 0;
  VectorXd e = Eigen::Map<const VectorXd>(values.data(), n);
  e.array() -= e.mean();
  const auto lags = static_cast<Index>(3 * std::sqrt(static_cast<double>(n)) / 13);
  double partial = 0;
  double squares = 0;
  for (const double value : e) {
    partial += value;
    squares += partial * partial;
  }
  return squares / static_cast<double>(n * n) / long_run_variance(e, lags);
}

double kpss_p_value(double statistic) {
  constexpr std::array kCritical{.347, .463, .574, .739};
  constexpr std::array kLevels{.10, .05, .025, .01};
  if (statistic <= kCritical.front()) return kLevels.front();
  for (std::size_t i = 1; i < kCritical.size(); ++i) {
    if (statistic > kCritical[i]) continue;
    const double share = (statistic - kCritical[i - 1]) / (kCritical[i] - kCritical[i - 1]);
    return kLevels[i - 1] + share * (kLevels[i] - kLevels[i - 1]);
  }
  return kLevels.back();
}

int differences_by_kpss(Values values, int max_d) {
  std::vector<double> x = linear_fill(values);
  int d = 0;
  while (d < max_d && !is_constant(x) && kpss_p_value(kpss_statistic(x)) < kLevel) {
    ++d;
    x = differenced(x, 1);
  }
  return d;
}

int seasonal_differences(Values values, int season, int max_seasonal_d) {
  if (season < 2) return 0;
  const std::vector<int> seasons{season};
  std::vector<double> x = seasonal_fill(values, seasons);
  int seasonal_d = 0;
  while (seasonal_d < max_seasonal_d && !is_constant(x) && is_strongly_seasonal(x, season)) {
    ++seasonal_d;
    x = differenced(x, season);
  }
  return seasonal_d;
}

Differences choose_differences(Values values, int season, int max_d) {
  const std::vector<int> seasons{season};
  std::vector<double> filled = seasonal_fill(values, seasons);
  Differences result;
  result.seasonal_d = seasonal_differences(filled, season);
  result.d =
      differences_by_kpss(differenced_times(std::move(filled), season, result.seasonal_d), max_d);
  return result;
}

}  // namespace forecart
