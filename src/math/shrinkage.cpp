#include "math/shrinkage.h"

#include <algorithm>

namespace forecart {

double between_variance(const Ratios& ratios, double estimated) {
  const Eigen::ArrayXd& u = ratios.information;
  const double total = u.sum();
  const double freedom = static_cast<double>((u > 0).count()) - estimated;
  const double spread = total - (total > 0 ? u.square().sum() / total : 0);
  if (!(freedom > 0) || !(spread > 0)) return 0;
  const double q = (u * (ratios.value - 1).square()).sum();
  return std::max(0.0, (q - freedom) / spread);
}

Eigen::ArrayXd shrunk(const Ratios& ratios, double between) {
  const Eigen::ArrayXd weight = ratios.information * between;
  return 1 + (ratios.value - 1) * weight / (weight + 1);
}

}  // namespace forecart
