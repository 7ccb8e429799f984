#pragma once

#include "math/bfgs.h"
#include "models/sarima/fit.h"

#include <Eigen/Core>

namespace forecart::sarima {

/// Standard errors of ar, ma, sar, sma at an estimate: square roots of the diagonal of J H^-1 J'
/// with H the observed information about u, by differences of the analytic gradient, and J the
/// derivatives of the coefficients by u. NaN where H is not positive definite.
Eigen::VectorXd standard_errors(const Estimate& estimate, const Sample& sample);

/// The same for any likelihood: `log_likelihood` gives its value and fills its gradient.
Eigen::VectorXd standard_errors(const Estimate& estimate, const Objective& log_likelihood);

}  // namespace forecart::sarima
