// What the filter of state.cpp says of the values ahead.

#include "models/sarima/autocovariance.h"
#include "models/sarima/state.h"

#include <cmath>
#include <vector>

namespace forecart::sarima {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// psi_k of y: those of x, summed up as the differences demand.
VectorXd StateFilter::psi(Index count) const {
  const auto polynomial = [](double first, const VectorXd& v) {
    LagPolynomial<double> c{first};
    c.insert(c.end(), v.begin(), v.end());
    return c;
  };
  const std::vector<double> x =
      psi_weights(polynomial(0, phi_), polynomial(1, theta_), static_cast<std::size_t>(count));
  const std::vector<double> y = psi_weights(polynomial(0, delta_), x, x.size());
  return Eigen::Map<const VectorXd>(y.data(), count);
}

/// Rows h' T^k S, k = 0 .. horizon - 1: what `factor` says of the values ahead, (horizon, r). Its
/// rows move up by one a step, so they stand still here and the window moves.
MatrixXd StateFilter::factors_ahead(const MatrixXd& factor, Index horizon) const {
  if (factor.cols() == 0) return MatrixXd(horizon, 0);
  const Index m = state_.size();
  const Index lost = delta_.size();
  MatrixXd ahead = MatrixXd::Zero(factor.cols(), m + horizon);  // of the state
  MatrixXd values(factor.cols(), lost + horizon);               // of y, the oldest lag first
  ahead.leftCols(m) = factor.topRows(m).transpose();
  values.leftCols(lost) = factor.bottomRows(lost).transpose().rowwise().reverse();
  for (Index k = 0; k < horizon; ++k) {
    for (Index i = 0; i < m; ++i) {
      if (phi_[i] != 0) ahead.col(k + 1 + i) += phi_[i] * ahead.col(k);
    }
    values.col(lost + k) = ahead.col(k);
    for (Index j = 0; j < lost; ++j) {
      if (delta_[j] != 0) values.col(lost + k) += delta_[j] * values.col(lost + k - 1 - j);
    }
  }
  return values.rightCols(horizon).transpose();
}

/// What one step ahead needs of transient_factor(): of the next value P_00 = F - 1.
MatrixXd StateFilter::next_factor() const {
  const Index m = state_.size();
  if (m == 0 || !(variance_ > 1)) return MatrixXd(m, 0);
  MatrixXd factor = MatrixXd::Zero(m, 1);
  factor(0, 0) = std::sqrt(variance_ - 1);
  return factor;
}

StateForecast StateFilter::forecast(Index horizon) const {
  StateForecast result;
  result.mean.resize(horizon);
  VectorXd state = state_;
  VectorXd lags = lags_;
  MatrixXd factor = factor_;
  if (!uncertain_) {
    const MatrixXd alpha = horizon == 1 ? next_factor() : transient_factor();
    factor.setZero(factor_.rows(), alpha.cols());
    factor.topRows(alpha.rows()) = alpha;
  }
  for (Index k = 0; k < horizon; ++k) {
    result.mean[k] = (state.size() > 0 ? state[0] : 0.0) + delta_.dot(lags);
    transition(state, lags, result.mean[k]);
  }
  result.factor = factors_ahead(factor, horizon);
  result.psi = psi(horizon);
  return result;
}

}  // namespace forecart::sarima
