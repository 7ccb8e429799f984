#pragma once

#include "models/smoothing/ets_recursion.h"

#include <Eigen/Core>

#include <limits>
#include <span>

namespace forecart::ets {

/// One form fitted to one series.
struct Estimate {
  Form form;
  int season_length = 1;
  Eigen::VectorXd parameters{};  ///< natural ones, see Layout
  double log_likelihood = -std::numeric_limits<double>::infinity();
  double sigma2 = 0;      ///< sum of squared errors over n - parameters + 1, as R has it
  Eigen::Index used = 0;  ///< values that are not missing
  bool converged = false;

  bool is_usable() const { return parameters.size() > 0; }
  double aic() const;
  double bic() const;
  /// Infinite where there are too few values.
  double aicc() const;
};

/// Maximum likelihood over the usual and admissible region (see Coordinates), by BFGS from the
/// Gauss-Newton curvature at a start whose initial states are the best ones for rough smoothing
/// parameters; for additive forms these are exact least squares, see docs/models/smoothing.md.
/// Values should be of order 1, and are above zero where the form needs it. `parameters` stay
/// empty where no start is allowed. Gives up, unconverged, once the log-likelihood will not
/// come near `wanted`. Deterministic.
Estimate estimate(const Form& form, int season_length, std::span<const double> y,
                  double wanted = -std::numeric_limits<double>::infinity());

}  // namespace forecart::ets
