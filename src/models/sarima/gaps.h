#pragma once

#include "models/sarima/fit.h"

#include <Eigen/Core>

#include <span>
#include <vector>

namespace forecart::sarima {

/// Likelihood of a series with missing values (NaN) and regressors x (n, k) on the original scale:
/// every observed value after the first d + sD counts, but one for each of the first that is
/// missing. Equals R's arima() up to its finite diffuse variance. By the array square-root filter
/// of state.h, O(n (m + d + sD) r): exact, slow, and what the fast ways are tested against.
LikelihoodValue likelihood_with_gaps(const SarimaOrder& order, const SeasonalArma<double>& arma,
                                     std::span<const double> y, const Eigen::MatrixXd& x);

/// The regressors of it in standard deviations of sigma, a row for each value that counts.
Eigen::MatrixXd whitened_with_gaps(const SarimaOrder& order, const SeasonalArma<double>& arma,
                                   std::span<const double> y, const Eigen::MatrixXd& x);

/// Maximum of it: starts from the estimate of the series with its gaps filled, and climbs with
/// exact derivatives. beta holds the coefficients of x only.
Estimate estimate_with_gaps(const SarimaOrder& order, std::span<const double> y,
                            const Eigen::MatrixXd& x, const EstimateOptions& options = {});

/// Standard errors of ar, ma, sar, sma at such an estimate; see standard_error.h.
Eigen::VectorXd standard_errors_with_gaps(const Estimate& estimate, std::span<const double> y,
                                          const Eigen::MatrixXd& x);

/// The sample whose likelihood is likelihood_with_gaps: y filled, x, and a column for each missing
/// value, integrated out. A flat prior on the missing values turns the density of the filled series
/// into that of the observed one, -2 log L = (n - g) log(2 pi sigma^2) + log |Sigma|
/// + log |X' Sigma^-1 X| + ... [GomezMaravallPena1999]. Combinations of the first d + sD values
/// that no observation resolves are left at their fill.
Sample make_gap_sample(const SarimaOrder& order, std::span<const double> y,
                       const Eigen::MatrixXd& x);

/// What observations say about those of the first d + sD values that are missing, k of them.
struct ResolvedStart {
  Eigen::MatrixXd directions;  // (k, r) orthonormal combinations of them, oldest first
  double log_scale = 0;        // sum of log (d y_t / d combination)^2 over what resolves them
};

/// Which of the first values can be known later. It depends on the differences and the pattern of
/// gaps alone: the autoregression never sees an unresolved value. O(n (d + sD) k).
ResolvedStart resolve_start(const SarimaOrder& order, std::span<const double> y);

/// y with each gap filled by the mean of its seasonal neighbours, or on a straight line.
std::vector<double> filled(std::span<const double> y, int season);

/// Differenced y and x; y without gaps.
Sample make_sample(const SarimaOrder& order, std::span<const double> y, const Eigen::MatrixXd& x);

}  // namespace forecart::sarima
