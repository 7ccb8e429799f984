#pragma once

#include <Eigen/Core>

namespace forecart::sarima {

/// A regression by generalised least squares, and what is integrated out in it.
struct LeastSquares {
  Eigen::VectorXd beta;      // (k)
  Eigen::VectorXd residual;  // (n) of column 0, in standard deviations of sigma
  /// Cholesky factor of the information X' Sigma^-1 X about the last `integrated` columns.
  Eigen::MatrixXd factor;      // (integrated, integrated)
  double log_determinant = 0;  // log |X' Sigma^-1 X| of those
};

/// Regresses column 0 of `white` (n, 1 + k), innovations in standard deviations of sigma, on the
/// others. The residuals are formed column by column rather than from the normal equations, which
/// would lose digits when the mean is large. NaN in log_determinant where the last `integrated`
/// columns depend on each other.
LeastSquares regress(const Eigen::MatrixXd& white, Eigen::Index integrated);

}  // namespace forecart::sarima
