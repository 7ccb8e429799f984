#include "models/sarima/kalman.h"

#include "math/polynomial.h"

#include <cmath>
#include <numbers>

namespace forecart::sarima {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kDiffuse = 1e10;
constexpr double kResolving = 1e6;

/// s_{t+1} = T s_t + R e_t, y_t = h's_t + e_t.
struct StateSpace {
  MatrixXd T;  // (M, M)
  VectorXd R;  // (M)
  VectorXd h;  // (M)
  Index m = 0;
};

StateSpace state_space(const SarimaOrder& order, const SeasonalArma<double>& arma) {
  const auto phi = arma.expanded_ar();
  const auto theta = arma.expanded_ma();
  const auto delta = difference_polynomial(order.d, order.D, order.s);
  const auto m = static_cast<Index>(arma.state_size());
  const auto lost = static_cast<Index>(order.lost());
  StateSpace model{MatrixXd::Zero(m + lost, m + lost), VectorXd::Zero(m + lost),
                   VectorXd::Zero(m + lost), m};
  for (Index i = 0; i < m; ++i) {
    const auto lag = static_cast<std::size_t>(i) + 1;
    if (lag < phi.size()) model.T(i, 0) = model.R[i] = phi[lag];
    if (lag < theta.size()) model.R[i] += theta[lag];
    if (i + 1 < m) model.T(i, i + 1) += 1;
  }
  if (m > 0) model.h[0] = 1;
  for (Index j = 0; j < lost; ++j) model.h[m + j] = -delta[static_cast<std::size_t>(j) + 1];
  if (lost > 0) {
    model.T.row(m) = model.h.transpose();
    model.R[m] = 1;
    for (Index j = 1; j < lost; ++j) model.T(m + j, m + j - 1) = 1;
  }
  return model;
}

/// P = T P T' + R R' by doubling [AndersonMoore1979].
MatrixXd stationary_covariance(const MatrixXd& T, const VectorXd& R) {
  MatrixXd P = R * R.transpose();
  MatrixXd A = T;
  for (int i = 0; i < 60 && A.norm() > 1e-200; ++i) {
    P += (A * P * A.transpose()).eval();
    A = (A * A).eval();
  }
  return P;
}

}  // namespace

double KalmanResult::log_likelihood() const {
  const auto n = static_cast<double>(used);
  return -0.5 * (n * (std::log(2 * std::numbers::pi * sum_squares / n) + 1) + log_determinant);
}

KalmanResult kalman_filter(const SarimaOrder& order, const SeasonalArma<double>& arma,
                           std::span<const double> y) {
  const auto [T, R, h, m] = state_space(order, arma);
  const Index lost = order.lost();
  VectorXd a = VectorXd::Zero(T.rows());
  MatrixXd P = MatrixXd::Zero(T.rows(), T.rows());
  P.topLeftCorner(m, m) = stationary_covariance(T.topLeftCorner(m, m), R.head(m));
  Index unresolved = 0;
  for (Index j = 0; j < lost; ++j) {
    const double value = y[static_cast<std::size_t>(lost - 1 - j)];
    a[m + j] = std::isnan(value) ? 0.0 : value;
    if (std::isnan(value)) P(m + j, m + j) = kDiffuse;
    unresolved += std::isnan(value);
  }
  KalmanResult result;
  for (auto t = static_cast<std::size_t>(lost); t < y.size(); ++t) {
    if (std::isnan(y[t])) {
      a = (T * a).eval();
      P = (T * P * T.transpose() + R * R.transpose()).eval();
      continue;
    }
    const double v = y[t] - h.dot(a);
    const double F = h.dot(P * h) + 1;
    const VectorXd K = (T * P * h + R) / F;
    a = (T * a + K * v).eval();
    P = (T * P * T.transpose() + R * R.transpose() - F * K * K.transpose()).eval();
    if (unresolved > 0 && F > kResolving) {
      --unresolved;
      continue;
    }
    result.sum_squares += v * v / F;
    result.log_determinant += std::log(F);
    ++result.used;
  }
  result.state = a;
  result.covariance = P;
  return result;
}

}  // namespace forecart::sarima
