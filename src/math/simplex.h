#pragma once

#include <Eigen/Core>

namespace forecart {

/// The w >= 0 with sum 1 that minimises w' C w, C (n, n) symmetric and positive semi-definite,
/// n >= 1: with C the second moments of forecast errors, the best non-negative combination
/// [BatesGranger1969; Breiman1996]. Pairwise coordinate descent with exact steps; equal weights
/// where nothing tells members apart.
Eigen::VectorXd simplex_minimum(const Eigen::MatrixXd& c);

}  // namespace forecart
