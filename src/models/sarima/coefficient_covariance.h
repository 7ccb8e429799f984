#pragma once

#include "models/sarima/design.h"

#include <Eigen/Core>

namespace forecart::sarima {

/// Covariance (X' Sigma^-1 X)^-1 of the scaled regression coefficients in units of sigma^2, given
/// the ARMA coefficients: one filter run a column and one factorisation for all of them. Needs at
/// least one column. NaN where the columns cannot be told apart.
Eigen::MatrixXd coefficient_covariance(const Design& design, const Estimate& estimate);

}  // namespace forecart::sarima
