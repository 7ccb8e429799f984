#pragma once

#include <Eigen/Core>

#include <functional>

namespace forecart {

struct NelderMeadOptions {
  double first_step = .1;   ///< along each coordinate, to the corners of the first simplex
  double tolerance = 1e-6;  ///< stop when the values at the corners lie so close together, relative
  int max_evaluations = 500;
};

struct NelderMeadResult {
  Eigen::VectorXd x;
  double value = 0;
  int evaluations = 0;
};

/// Local minimum of a function without derivatives, by the downhill simplex with its usual
/// coefficients 1, 2, 1/2, 1/2 [NelderMead1965]. A value that is not a number counts as infinite.
/// Deterministic.
NelderMeadResult minimize_nelder_mead(const std::function<double(const Eigen::VectorXd&)>& function,
                                      const Eigen::VectorXd& start,
                                      const NelderMeadOptions& options = {});

}  // namespace forecart
