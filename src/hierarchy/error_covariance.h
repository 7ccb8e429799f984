#pragma once

#include "hierarchy/hierarchy.h"
#include <Eigen/Core>

namespace forecart {

/// Covariance of the errors of base forecasts, up to a factor: W = diag(diagonal) + factor factor'.
/// It is never formed: a hierarchy of 10,000 nodes would need 800 MB for it.
struct ErrorCovariance {
  Eigen::VectorXd diagonal;  ///< (nodes), > 0
  Eigen::MatrixXd factor;    ///< (nodes, few), or no columns

  bool is_diagonal() const { return factor.cols() == 0; }
};

/// W = I: ordinary least squares [Wickramasuriya2019 sec. 2.4].
ErrorCovariance equal_errors(const Hierarchy& hierarchy);

/// W = diag(S 1): the error variance of a node is the number of its leaves [Athanasopoulos2017].
ErrorCovariance structural_errors(const Hierarchy& hierarchy);

/// W = diag of the mean squared errors. `errors` (nodes, points) are those of base forecasts at
/// past origins; NaN is missing. A node of which no error is known is taken to be as good for its
/// number of leaves as the median node; one without any error is given next to no variance, so that
/// it stays where it is.
ErrorCovariance error_variances(const Hierarchy& hierarchy, const Eigen::MatrixXd& errors);

/// W = lambda diag(V) + (1 - lambda) V, V = E E' / T the second moments of the errors, with their
/// correlations drawn to zero by the estimated best lambda [SchaeferStrimmer2005], as a diagonal
/// and T columns. lambda is kept from 0.01 to 1, so that W can be inverted with fewer points than
/// nodes. A missing error counts as zero in the correlations. Needs two points; one gives the
/// variances.
ErrorCovariance shrunk_errors(const Hierarchy& hierarchy, const Eigen::MatrixXd& errors);

/// lambda of [SchaeferStrimmer2005] for second moments around zero, as R's hts has it: sum of
/// Var(r_ij) / sum of r_ij^2 over i != j, within [0, 1]. `scaled` (nodes, points) are errors over
/// their root mean square, or rows of zeros.
double shrinkage_intensity(const Eigen::MatrixXd& scaled);

}  // namespace forecart
