#pragma once

#include "models/profile/factors.h"

#include <Eigen/Core>

namespace forecart {

/// What one series says about one axis once its other factors and its level are allowed for.
struct AxisSums {
  Eigen::ArrayXd observed;  ///< (places)
  Eigen::ArrayXd expected;  ///< (places), were all places alike
  double index = 1;         ///< variance over mean of the sums of a place in a block

  bool speaks() const { return observed.size() > 0; }
  /// Observed over expected times `prior`, with the information that quasi-Poisson noise leaves.
  Eigen::ArrayXd information(const Eigen::ArrayXd& prior) const;
};

/// Sums over the values of a series; empty where it does not hold two whole cycles. The level of a
/// block is what makes observed and expected sums over it equal.
AxisSums axis_sums(const ScaledSeries& series, const std::vector<Axis>& axes, std::size_t axis,
                   const PlaceTable& places, const Factors& factors);

}  // namespace forecart
