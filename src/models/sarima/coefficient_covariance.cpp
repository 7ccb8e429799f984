#include "models/sarima/coefficient_covariance.h"

#include <Eigen/QR>

namespace forecart::sarima {

using Eigen::MatrixXd;

/// With W = QR the whitened columns, (W'W)^-1 = R^-1 R^-T.
MatrixXd coefficient_covariance(const Design& design, const Estimate& e) {
  const MatrixXd white = design.has_gaps
                             ? whitened_with_gaps(e.order, e.arma, design.y, design.x)
                             : Likelihood(e.order, design.sample).whitened_regressors(e.arma);
  const auto k = white.cols();
  if (white.rows() < k) return MatrixXd::Constant(k, k, NAN);
  const Eigen::HouseholderQR<MatrixXd> qr(white);
  const MatrixXd inverse =
      qr.matrixQR().topRows(k).triangularView<Eigen::Upper>().solve(MatrixXd::Identity(k, k));
  return inverse * inverse.transpose();
}

}  // namespace forecart::sarima
