#pragma once

namespace forecart {

/// Regularised upper incomplete gamma function Q(a, x) = Gamma(a, x) / Gamma(a), a > 0, x >= 0;
/// relative error below 1e-12 for a up to 1e4 where Q > 1e-300. Power series below x = a + 1,
/// continued fraction above [AbramowitzStegun1964 sec. 6.5].
double upper_gamma(double a, double x);

/// Probability that a chi-squared variable with `degrees` > 0 of freedom exceeds `statistic`;
/// 1 for a statistic of zero or less.
double chi_squared_upper_tail(double statistic, double degrees);

}  // namespace forecart
