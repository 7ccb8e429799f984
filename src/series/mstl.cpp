#include "series/mstl.h"

#include "series/interpolation.h"
#include "series/stl.h"

#include <algorithm>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::Map;
using Eigen::VectorXd;
using Values = std::span<const double>;

Index size(Values values) {
  return static_cast<Index>(values.size());
}

double variance(const VectorXd& x) {
  return (x.array() - x.mean()).square().mean();
}

/// The least odd window from half of the values, rounded down, on.
Index half_window(Values y) {
  return std::max<Index>(3, odd_window(std::floor(static_cast<double>(size(y)) / 2)));
}

std::vector<int> held_twice(std::vector<int> seasons, Index n) {
  std::sort(seasons.begin(), seasons.end());
  seasons.erase(std::unique(seasons.begin(), seasons.end()), seasons.end());
  std::erase_if(seasons, [n](int season) { return season < 2 || 2 * Index{season} >= n; });
  return seasons;
}

}  // namespace

Decomposition mstl(Values y, std::vector<int> seasons) {
  Decomposition result;
  result.seasons = held_twice(std::move(seasons), size(y));
  if (y.empty()) return result;
  const std::vector<double> filled = seasonal_fill(y, result.seasons);
  VectorXd rest = Map<const VectorXd>(filled.data(), size(y));  // less the seasons known so far
  result.seasonal.assign(result.seasons.size(), VectorXd::Zero(size(y)));
  const int rounds = result.seasons.size() > 1 ? 2 : 1;
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < result.seasons.size(); ++i) {
      rest += result.seasonal[i];
      const Index window = 11 + 4 * static_cast<Index>(i);
      Stl fit = stl({rest.data(), y.size()}, result.seasons[i],
                    StlOptions::changing(result.seasons[i], window));
      rest -= fit.seasonal;
      result.seasonal[i] = std::move(fit.seasonal);
      result.trend = std::move(fit.trend);
    }
  }
  if (result.seasons.empty())
    result.trend = loess_curve(filled, {half_window(y), 1, 1 + size(y) / 20});
  result.remainder = rest - result.trend;
  return result;
}

double seasonal_strength(const VectorXd& seasonal, const VectorXd& remainder) {
  const double whole = variance(remainder + seasonal);
  if (!(whole > 0)) return 0;
  return std::clamp(1 - variance(remainder) / whole, 0.0, 1.0);
}

}  // namespace forecart
