#pragma once

namespace forecart {

/// Student's t distribution with `degrees` > 0 degrees of freedom: distribution function, and its
/// inverse at probability in (0, 1).
double student_cdf(double x, double degrees);
double student_quantile(double probability, double degrees);

/// Derivative of log gamma at x > 0.
double digamma(double x);

}  // namespace forecart
