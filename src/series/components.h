#pragma once

#include "series/predictive.h"

#include <Eigen/Core>

#include <string>
#include <string_view>
#include <vector>

namespace forecart {

inline constexpr std::string_view kLevel = "level";
inline constexpr std::string_view kTrend = "trend";
inline constexpr std::string_view kRemainder = "remainder";  ///< what a model cannot tell apart
inline constexpr std::string_view kBias = "bias";    ///< correction of means on another scale
inline constexpr std::string_view kFloor = "floor";  ///< what was below zero and cannot be

/// The name of the part of a season of so many steps, e.g. "season_24".
std::string season_part(double steps);

/// What a forecast is made of: parts that add up to its mean, step by step. They stand in this
/// order: level, trend, seasons, regressors and holidays by their names, then the last three above.
/// Parts that multiply are told as what each changes after those before it.
struct Components {
  std::vector<std::string> names;
  Eigen::MatrixXd values;  // (horizon, names)

  /// Takes one more part at its place, or adds it to the part of that name.
  void add(std::string_view name, const Eigen::VectorXd& part);
  void add(const Components& other);

  /// The sum of all parts: (horizon).
  Eigen::VectorXd total() const { return values.rowwise().sum(); }

  /// Adds what is missing to `mean` (horizon) as part `name`, unless it is nothing but rounding.
  void complete(std::string_view name, const Eigen::VectorXd& mean);

  /// Sum of terms, whose parts may have other names, each times its weight.
  static Components weighted_sum(const std::vector<Components>& terms,
                                 const Eigen::VectorXd& weights);
};

/// Level, trend and season of a path of means (steps) whose model keeps no such parts, over its
/// first `horizon` steps. The path reaches two seasons further. With a season the level is the mean
/// of the first season ahead, the trend runs along the means of the seasons from the middle of each
/// to that of the next, and the season is what departs from it; without (season 1) the level is the
/// first step and the trend what changes after it.
Components path_components(const Eigen::VectorXd& path, Eigen::Index horizon, int season);

/// Means of all steps: (horizon).
Eigen::VectorXd means_of(const Predictive& distribution);

}  // namespace forecart
