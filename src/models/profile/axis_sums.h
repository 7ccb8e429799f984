#pragma once

#include "models/profile/factors.h"

#include <Eigen/Core>

namespace forecart {

/// What one series says about one axis once its other factors and its level are allowed for.
struct AxisSums {
  Eigen::ArrayXd observed;  ///< (places)
  Eigen::ArrayXd expected;  ///< (places), were all places alike
  /// Variance over mean of the sums of a place in a block, around the factors that suit the series
  /// best.
  double index = 1;
  /// What its own factors are judged by: the same, but for months around the factors that it has so
  /// far, which counts as noise what may be its own. Within a year a level drifts as months do, and
  /// few years tell the two apart.
  double cautious_index = 1;

  bool speaks() const { return observed.size() > 0; }
};

/// Sums over the values of a series; empty where it does not hold two whole cycles. The level of a
/// block is what makes observed and expected sums over it equal.
AxisSums axis_sums(const ScaledSeries& series, const std::vector<Axis>& axes, std::size_t axis,
                   const PlaceTable& places, const Factors& factors);

}  // namespace forecart
