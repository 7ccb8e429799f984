#include "series/components.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

namespace forecart {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

/// Differences below this share of the largest number involved are rounding.
constexpr double kRounding = 64 * std::numeric_limits<double>::epsilon();

/// Where a part stands among others.
int rank_of(std::string_view name) {
  if (name == kLevel) return 0;
  if (name == kTrend) return 1;
  if (name.starts_with("season_")) return 2;
  return name == kRemainder || name == kBias || name == kFloor ? 4 : 3;
}

/// The line through the means of seasons 0, 1, .. of a path, each at its middle, at `step`; before
/// the first middle it goes on as between the first two.
double along_seasons(const VectorXd& path, Index season, Index step) {
  const double middle = static_cast<double>(season - 1) / 2;
  const double place = (static_cast<double>(step) - middle) / static_cast<double>(season);
  const auto before = static_cast<Index>(std::max(0.0, std::floor(place)));
  const double low = path.segment(before * season, season).mean();
  const double high = path.segment((before + 1) * season, season).mean();
  return low + (high - low) * (place - static_cast<double>(before));
}

}  // namespace

std::string season_part(double steps) {
  return fmt::format("season_{}", steps);
}

void Components::add(std::string_view name, const VectorXd& part) {
  assert(names.empty() || values.rows() == part.size());
  const auto at = std::find(names.begin(), names.end(), name);
  if (at != names.end()) {
    values.col(at - names.begin()) += part;
    return;
  }
  if (names.empty()) values.resize(part.size(), 0);
  const auto place = std::find_if(
      names.begin(), names.end(),
      [rank = rank_of(name)](const std::string& other) { return rank_of(other) > rank; });
  const Index column = place - names.begin();
  const Index behind = std::ssize(names) - column;
  names.emplace(place, name);
  MatrixXd wider(part.size(), std::ssize(names));
  wider.leftCols(column) = values.leftCols(column);
  wider.col(column) = part;
  wider.rightCols(behind) = values.rightCols(behind);
  values = std::move(wider);
}

void Components::add(const Components& other) {
  for (std::size_t i = 0; i < other.names.size(); ++i) {
    add(other.names[i], other.values.col(static_cast<Index>(i)));
  }
}

void Components::complete(std::string_view name, const VectorXd& mean) {
  if (names.empty()) return add(name, mean);
  const VectorXd rest = mean - total();
  const double unit = std::max(mean.cwiseAbs().maxCoeff(), values.cwiseAbs().maxCoeff());
  if (rest.cwiseAbs().maxCoeff() > kRounding * unit) add(name, rest);
}

Components Components::weighted_sum(const std::vector<Components>& terms, const VectorXd& weights) {
  assert(std::ssize(terms) == weights.size());
  Components result;
  for (std::size_t t = 0; t < terms.size(); ++t) {
    result.add({terms[t].names, weights[static_cast<Index>(t)] * terms[t].values});
  }
  return result;
}

Components path_components(const VectorXd& path, Index horizon, int season) {
  Components result;
  if (season <= 1) {
    result.add(kLevel, VectorXd::Constant(horizon, path[0]));
    result.add(kTrend, path.head(horizon).array() - path[0]);
    return result;
  }
  assert(path.size() >= horizon + 2 * season);
  VectorXd line(horizon);
  for (Index step = 0; step < horizon; ++step) line[step] = along_seasons(path, season, step);
  const double level = path.head(season).mean();
  result.add(kLevel, VectorXd::Constant(horizon, level));
  result.add(kTrend, line.array() - level);
  result.add(season_part(season), path.head(horizon) - line);
  return result;
}

VectorXd means_of(const Predictive& distribution) {
  VectorXd mean(distribution.horizon());
  for (Index step = 0; step < mean.size(); ++step) mean[step] = distribution.mean(step);
  return mean;
}

}  // namespace forecart
