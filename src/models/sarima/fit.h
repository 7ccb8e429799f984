#pragma once

#include "models/sarima/arma.h"
#include "models/sarima/likelihood.h"

#include <Eigen/Core>

#include <limits>
#include <vector>

namespace forecart::sarima {

struct EstimateOptions {
  int max_iterations = 200;  ///< of each search
  double tolerance = 1e-8;   ///< log-likelihood that one more Newton step would gain
  double wanted = -std::numeric_limits<double>::infinity();  ///< give up on what stays below
  std::vector<Eigen::VectorXd> starts{};  ///< unconstrained parameters to start from, tried first
  /// How many of the fixed starts are tried too, at least one where there are no `starts`; all of
  /// them if `starts` lead nowhere.
  std::size_t fixed_starts = 3;
};

/// Parameters at the best optimum found.
struct Estimate {
  SarimaOrder order;
  SeasonalArma<double> arma;
  Eigen::VectorXd u;                // unconstrained parameters
  Eigen::MatrixXd inverse_hessian;  // approximate inverse of the information about u
  Eigen::VectorXd beta;             // regression coefficients
  double sigma2 = 0;
  double log_likelihood = 0;
  int iterations = 0;
  bool converged = true;
};

/// Exact maximum likelihood for a sample without gaps, by BFGS with the analytic gradient and a
/// Gauss-Newton start, from the optima of the conditional likelihood and, for short series, from
/// fixed points too, as the surface may have several optima. Deterministic.
Estimate estimate(const SarimaOrder& order, const Sample& sample,
                  const EstimateOptions& options = {});

}  // namespace forecart::sarima
