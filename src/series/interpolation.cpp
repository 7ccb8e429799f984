#include "series/interpolation.h"

#include "series/stl.h"

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <limits>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::VectorXd;

bool is_missing(double value) {
  return std::isnan(value);
}

bool has_missing(std::span<const double> values) {
  return std::any_of(values.begin(), values.end(), is_missing);
}

/// The line from values[from] to values[to], between them.
void fill_between(std::vector<double>& values, std::size_t from, std::size_t to) {
  const double slope = (values[to] - values[from]) / static_cast<double>(to - from);
  for (std::size_t i = from + 1; i < to; ++i)
    values[i] = values[from] + slope * static_cast<double>(i - from);
}

/// Sum of the constant seasons of a series without gaps.
VectorXd seasonal_part(std::span<const double> filled, std::span<const int> seasons) {
  const auto n = static_cast<Index>(filled.size());
  VectorXd rest = Eigen::Map<const VectorXd>(filled.data(), n);
  VectorXd sum = VectorXd::Zero(n);
  for (const int season : seasons) {
    if (season < 2 || 2 * Index{season} >= n) continue;
    const Stl fit =
        stl({rest.data(), filled.size()}, season, StlOptions::constant(season, n, true));
    sum += fit.seasonal;
    rest -= fit.seasonal;
  }
  return sum;
}

}  // namespace

std::vector<double> linear_fill(std::span<const double> values) {
  std::vector<double> result(values.begin(), values.end());
  const auto first = std::find_if_not(result.begin(), result.end(), is_missing);
  if (first == result.end()) {
    result.assign(values.size(), 0.0);
    return result;
  }
  std::fill(result.begin(), first, *first);
  auto known = static_cast<std::size_t>(first - result.begin());
  for (std::size_t i = known + 1; i < result.size(); ++i) {
    if (is_missing(result[i])) continue;
    fill_between(result, known, i);
    known = i;
  }
  std::fill(result.begin() + static_cast<std::ptrdiff_t>(known), result.end(), result[known]);
  return result;
}

std::vector<double> seasonal_fill(std::span<const double> values, std::span<const int> seasons) {
  std::vector<double> filled = linear_fill(values);
  if (!has_missing(values) || seasons.empty()) return filled;
  const VectorXd seasonal = seasonal_part(filled, seasons);
  std::vector<double> adjusted(values.begin(), values.end());
  for (std::size_t i = 0; i < adjusted.size(); ++i) adjusted[i] -= seasonal[static_cast<Index>(i)];
  adjusted = linear_fill(adjusted);
  for (std::size_t i = 0; i < adjusted.size(); ++i) {
    filled[i] = is_missing(values[i]) ? adjusted[i] + seasonal[static_cast<Index>(i)] : values[i];
  }
  return filled;
}

}  // namespace forecart
