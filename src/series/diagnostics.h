#pragma once

#include <Eigen/Core>

#include <span>

namespace forecart {

/// Autocorrelations at lags 0..max_lag, (max_lag + 1): sums over the pairs that are both known,
/// divided by n, about the mean of what is known [BrockwellDavis1991 sec. 7.2]; R's stats::acf
/// where nothing is missing. Lag 0 is one; all others are 0 for a constant series and beyond its
/// end.
Eigen::VectorXd autocorrelations(std::span<const double> values, Eigen::Index max_lag);

/// Partial autocorrelations at lags 1..max_lag, (max_lag), by the Durbin-Levinson recursion on the
/// autocorrelations [BrockwellDavis1991 sec. 5.2].
Eigen::VectorXd partial_autocorrelations(std::span<const double> values, Eigen::Index max_lag);

/// Outcome of a test on residuals.
struct PortmanteauTest {
  double statistic = 0;
  double p_value = 1;
  double degrees = 0;
};

/// Whether residuals are white over lags 1..max_lag: Q = n (n + 2) sum r_k^2 / (n - k), chi-squared
/// with max_lag - fitted degrees of freedom, `fitted` being the number of ARMA coefficients
/// [LjungBox1978]. n counts the known values. The p-value is NaN where no degree is left.
PortmanteauTest ljung_box(std::span<const double> residuals, Eigen::Index max_lag, int fitted = 0);

}  // namespace forecart
