#pragma once

#include <Eigen/Core>

#include <array>
#include <span>

namespace forecart {

/// How much every error moves: alpha the level, delta the short season, omega the long season; phi
/// is what stays of a departure from them after a step.
struct DoubleSeasonalWeights {
  double alpha = .1;
  double delta = .1;
  double omega = .1;
  double phi = .5;
};

/// Level, seasons and last departure after some values; advances in O(1). The long season may be
/// empty.
struct DoubleSeasonalState {
  double level = 0;
  Eigen::VectorXd short_season;  ///< (s1)
  Eigen::VectorXd long_season;   ///< (s2) or (0)
  double departure = 0;          ///< u of the last value, times phi for every one missing since
  Eigen::Index short_place = 0;  ///< of the next value
  Eigen::Index long_place = 0;

  /// The state before the first of `z`, from its first long season, or its first two short ones
  /// where there is no other: the level is their mean, the short season the mean per place, the
  /// long one half of what the short one leaves. Nothing is missing.
  static DoubleSeasonalState before(std::span<const double> z, int short_season, int long_season);

  /// Forecast of the value `step` steps ahead; 0 is the next one.
  double ahead(Eigen::Index step, const DoubleSeasonalWeights& weights) const;

  /// The same without what the last departure leaves there.
  double seasonal_level(Eigen::Index step) const;

  /// Takes in the next value; NaN is missing and leaves all but the place as it is. Returns the
  /// error of its forecast, NaN where the value is.
  double take(double z, const DoubleSeasonalWeights& weights);
};

/// Response `step` steps later to one error, psi_0 = 1: (count).
Eigen::VectorXd psi_of(const DoubleSeasonalWeights& weights, const DoubleSeasonalState& state,
                       Eigen::Index count);

}  // namespace forecart
