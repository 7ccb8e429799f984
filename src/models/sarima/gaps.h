#pragma once

#include "models/sarima/fit.h"

#include <Eigen/Core>

#include <span>
#include <vector>

namespace forecart::sarima {

/// Likelihood of a series with missing values (NaN) and regressors x (n, k) on the original scale:
/// every observed value after the first d + sD counts, but one for each of the first that is
/// missing. Equals R's arima() up to its finite diffuse variance. O(n (m + d + sD) r).
LikelihoodValue likelihood_with_gaps(const SarimaOrder& order, const SeasonalArma<double>& arma,
                                     std::span<const double> y, const Eigen::MatrixXd& x);

/// Maximum of it: starts from the estimate of the series with its gaps filled, and climbs with
/// numeric derivatives.
Estimate estimate_with_gaps(const SarimaOrder& order, std::span<const double> y,
                            const Eigen::MatrixXd& x, const EstimateOptions& options = {});

/// y with each gap filled by the mean of its seasonal neighbours, or on a straight line.
std::vector<double> filled(std::span<const double> y, int season);

/// Differenced y and x; y without gaps.
Sample make_sample(const SarimaOrder& order, std::span<const double> y, const Eigen::MatrixXd& x);

}  // namespace forecart::sarima
