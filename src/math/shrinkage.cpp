#include "math/shrinkage.h"

#include <algorithm>

namespace forecart {

namespace {

/// Steps until the sum of squares is its degrees of freedom to this share of them.
constexpr int kMostSteps = 100;
constexpr double kTolerance = 1e-9;

}  // namespace

double between_variance(const Ratios& ratios, double estimated) {
  const Eigen::ArrayXd& u = ratios.information;
  const double freedom = static_cast<double>((u > 0).count()) - estimated;
  if (!(freedom > 0)) return 0;
  const Eigen::ArrayXd squares = (ratios.value - 1).square();
  double between = 0;
  for (int i = 0; i < kMostSteps; ++i) {
    const Eigen::ArrayXd weight = u / (1 + between * u);
    const double excess = (weight * squares).sum() - freedom;
    const double slope = (weight.square() * squares).sum();
    if (!(excess > kTolerance * freedom) || !(slope > 0)) break;
    between += excess / slope;
  }
  return between;
}

Eigen::ArrayXd shrunk(const Ratios& ratios, double between) {
  const Eigen::ArrayXd weight = ratios.information * between;
  return 1 + (ratios.value - 1) * weight / (weight + 1);
}

}  // namespace forecart
