#pragma once

#include <Eigen/Core>

#include <functional>
#include <limits>

namespace forecart {

/// A function to be minimised: returns f(x) and, where `gradient` is not null, fills it (n).
/// +infinity or NaN means that x is not allowed; the search then steps back.
using Objective = std::function<double(const Eigen::VectorXd& x, Eigen::VectorXd* gradient)>;

struct BfgsOptions {
  int max_iterations = 200;
  double tolerance = 1e-9;  ///< stop when the expected gain g'Hg/2 of a Newton step is below it
  /// Give up once many times the expected gain would not bring f below it.
  double wanted = std::numeric_limits<double>::infinity();
  double max_step = 1.0;              ///< largest change of any coordinate in one iteration
  Eigen::MatrixXd inverse_hessian{};  ///< (n, n) to start from; empty: scaled identity
};

struct BfgsResult {
  Eigen::VectorXd x;
  double value = 0;
  Eigen::VectorXd gradient;
  Eigen::MatrixXd inverse_hessian;  // (n, n)
  int iterations = 0;
  bool converged = false;
};

/// Local minimum by BFGS with a strong Wolfe line search [NocedalWright2006 alg. 3.5, 3.6, 6.1].
/// Deterministic. `start` must be allowed: f(start) finite.
BfgsResult minimize_bfgs(const Objective& objective, const Eigen::VectorXd& start,
                         const BfgsOptions& options = {});

}  // namespace forecart
