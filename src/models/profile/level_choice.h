#pragma once

#include "models/profile/factors.h"
#include "models/profile/level.h"

#include <span>
#include <vector>

namespace forecart {

/// Origins inside the history on which level rules are compared and errors are measured: `count`
/// of them, `spacing` apart, each forecast `reach` steps; the last ends with the series.
struct Origins {
  Eigen::Index reach = 1;
  Eigen::Index spacing = 1;
  Eigen::Index count = 0;

  /// As many as fit in the last quarter of `length` steps, at most 60, whole days or seasons
  /// apart, for forecasts of `horizon` steps; none where the history is too short.
  static Origins of(Eigen::Index length, Eigen::Index horizon, int season);

  Eigen::Index held_out() const { return count > 0 ? (count - 1) * spacing + reach : 0; }
};

/// Sums of the errors e = y - f of one series under one rule, over all origins and steps.
struct ErrorSums {
  double points = 0;
  double squares = 0;        ///< sum e^2
  double means = 0;          ///< sum f
  double squared_means = 0;  ///< sum f^2
  double origins = 0;
  double origin_squares = 0;        ///< sum over origins of (sum e)^2
  double origin_means = 0;          ///< sum over origins of sum f
  double squared_origin_means = 0;  ///< sum over origins of (sum f)^2
};

/// Errors of one series with the factors given, when its level is that of each of `blends`, in
/// turn.
std::vector<ErrorSums> origin_errors(const ScaledSeries& series, std::span<const LevelBlend> blends,
                                     const Factors& factors, const PlaceTable& places,
                                     const Origins& origins);

/// Rules weighed by what their errors say: a rule with the sum of squares S_s of series s has the
/// weight prod over s of S_s^(-n_s / 2), the likelihood of n_s normal errors, where n_s is the
/// number of origins: errors of one origin go together. Where origins are few, rules share; where
/// they are many, the best rule has almost all. Weights below a hundredth of the best are left out.
/// Equal weights where nothing is known.
LevelBlend weighed_rules(const std::vector<std::vector<ErrorSums>>& errors,
                         std::span<const LevelRule> rules);

}  // namespace forecart
