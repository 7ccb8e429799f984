#include "math/simplex.h"

#include <algorithm>
#include <limits>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Steps at most, per member; what is left then is far below what weights are good for.
constexpr Index kMostSteps = 200;
/// Of the largest gradient: slopes closer than this count as equal.
constexpr double kFlat = 1e-10;

/// The member with weight whose slope is the steepest.
Index steepest_used(const VectorXd& slope, const VectorXd& w) {
  Index worst = -1;
  for (Index i = 0; i < w.size(); ++i) {
    if (w[i] > 0 && (worst < 0 || slope[i] > slope[worst])) worst = i;
  }
  return worst;
}

}  // namespace

VectorXd simplex_minimum(const MatrixXd& c) {
  const Index n = c.rows();
  VectorXd w = VectorXd::Constant(n, 1 / static_cast<double>(n));
  for (Index step = 0; step < kMostSteps * n; ++step) {
    const VectorXd slope = c * w;  // half of the gradient
    Index to = 0;
    slope.minCoeff(&to);
    const Index from = steepest_used(slope, w);
    const double gain = slope[from] - slope[to];
    if (!(gain > kFlat * slope.cwiseAbs().maxCoeff())) break;
    const double curvature = c(from, from) - 2 * c(from, to) + c(to, to);
    const double moved = curvature > 0 ? std::min(w[from], gain / curvature) : w[from];
    w[to] += moved;
    w[from] = moved == w[from] ? 0 : w[from] - moved;
  }
  return w / w.sum();
}

}  // namespace forecart
