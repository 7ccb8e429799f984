// The adjoint of likelihood.cpp: derivatives run backwards through the same stages.

#include "models/sarima/autocovariance.h"
#include "models/sarima/lag_filter.h"
#include "models/sarima/likelihood.h"

#include <algorithm>
#include <cmath>

namespace forecart::sarima {
namespace {

std::vector<double> negated(std::vector<double> values) {
  for (double& value : values) value = -value;
  return values;
}

}  // namespace

/// Derivatives of -log L by the coefficients where data meet them, and by the start of the
/// recursion, which the coefficients and partial autocorrelations reach through Start.
struct Likelihood::Slopes {
  std::vector<double> ar, ma, sar, sma;
  double variance = 0;       // by F_1
  std::vector<double> gain;  // (m) by K
  std::vector<double> phi;   // by the expanded phi_1..phi_m, through theta_1
};

/// Through e = w / (Theta(B^s) theta(B)); leaves the derivatives by w in adjoint_.
void Likelihood::steady_adjoint(const SeasonalArma<double>& arma, double sigma2, Slopes& slopes) {
  const std::size_t from = transient_.steps;
  const std::size_t count = n_ - from;
  double* v = adjoint_.data() + from;
  const double* e = residual_.data() + from;
  for (std::size_t t = 0; t < count; ++t) v[t] = e[t] / sigma2;
  invert_moving_average_backwards(arma.regular.ma, 1, v, count);
  for (std::size_t j = 1; j <= arma.regular.ma.size(); ++j) {
    slopes.ma.push_back(-lagged_dot(v, e, j, count));
  }
  invert_moving_average_backwards(arma.seasonal.ma, arma.s, v, count);
  for (std::size_t j = 1; j <= arma.seasonal.ma.size(); ++j) {
    slopes.sma.push_back(-lagged_dot(v, steady_.data(), j * arma.s, count));
  }
}

/// Through w = phi(B) Phi(B^s) (y - X beta).
void Likelihood::autoregression_adjoint(const SeasonalArma<double>& arma,
                                        const Eigen::VectorXd& beta, Slopes& slopes) {
  if (arma.regular.ar.empty() && arma.seasonal.ar.empty()) return;
  Column x = inputs_[0];
  for (Eigen::Index c = 0; c < beta.size(); ++c) {
    for (std::size_t t = 0; t < n_; ++t) x[t] -= beta[c] * inputs_[c + 1][t];
  }
  Column seasonal = x;
  apply_autoregression(arma.seasonal.ar, arma.s, seasonal.data(), n_);
  apply_autoregression(arma.regular.ar, 1, x.data(), n_);
  for (std::size_t j = 1; j <= arma.regular.ar.size(); ++j) {
    slopes.ar.push_back(-lagged_dot(adjoint_.data(), seasonal.data(), j, n_));
  }
  for (std::size_t j = 1; j <= arma.seasonal.ar.size(); ++j) {
    slopes.sar.push_back(-lagged_dot(adjoint_.data(), x.data(), j * arma.s, n_));
  }
}

Likelihood::Slopes Likelihood::slopes(const SeasonalArma<double>& arma,
                                      const LikelihoodValue& value) {
  Slopes slopes;
  adjoint_.assign(n_ + padded(transient_.m) + kBlock, 0.0);
  // column 0 of the steady filter holds y; its stage between the two filters is needed at beta
  if (value.beta.size() > 0) {
    const std::size_t from = transient_.steps;
    steady_.assign(residual_.begin() + static_cast<std::ptrdiff_t>(from),
                   residual_.begin() + static_cast<std::ptrdiff_t>(n_));
    apply_autoregression(negated(arma.regular.ma), 1, steady_.data(), n_ - from);
  }
  steady_adjoint(arma, value.sigma2, slopes);
  TransientAdjoint start;
  start.sigma2 = value.sigma2;
  run_transient_adjoint(transient_, residual_.data(), adjoint_.data(), start);
  std::fill_n(adjoint_.begin(), skipped_, 0.0);
  autoregression_adjoint(arma, value.beta, slopes);
  if (transient_.steps == 0) return slopes;
  // theta_1 = K / F - phi and lambda_1 = K / F
  const double f = transient_.variances[0];
  slopes.variance = start.variance;
  for (std::size_t i = 0; i < transient_.m; ++i) {
    const double both = start.theta[i] + start.lambda[i];
    slopes.gain.push_back(both / f);
    slopes.variance -= both * transient_.lambda[i] / f;
    slopes.phi.push_back(-start.theta[i]);
  }
  return slopes;
}

namespace {

void contract(const std::vector<double>& slope, const std::vector<Dual>& value, std::size_t offset,
              std::array<double, Dual::kDirections>& sum) {
  const std::size_t count = std::min(slope.size(), value.size() - std::min(offset, value.size()));
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += slope[i] * value[i + offset].slope[k];
  }
}

}  // namespace

/// From coefficients and start to the unconstrained parameters, a few directions at a time.
Eigen::VectorXd Likelihood::chain(const Eigen::VectorXd& u, const Slopes& slopes) const {
  Eigen::VectorXd gradient(u.size());
  constexpr auto kWide = static_cast<Eigen::Index>(Dual::kDirections);
  for (Eigen::Index first = 0; first < u.size(); first += kWide) {
    const Eigen::Index count = std::min(kWide, u.size() - first);
    std::vector<Dual> variables(u.begin(), u.end());
    for (Eigen::Index k = 0; k < count; ++k) {
      variables[first + k] = Dual::variable(u[first + k], static_cast<std::size_t>(k));
    }
    const SeasonalArma<Dual> arma = arma_from_parameters(order_, variables);
    std::array<double, Dual::kDirections> sum{};
    contract(slopes.ar, arma.regular.ar, 0, sum);
    contract(slopes.ma, arma.regular.ma, 0, sum);
    contract(slopes.sar, arma.seasonal.ar, 0, sum);
    contract(slopes.sma, arma.seasonal.ma, 0, sum);
    if (!slopes.gain.empty()) {
      const Start<Dual> start = stationary_start(arma);
      contract({slopes.variance}, {start.variance}, 0, sum);
      contract(slopes.gain, start.gain, 0, sum);
      contract(slopes.phi, start.phi, 1, sum);
    }
    for (Eigen::Index k = 0; k < count; ++k) gradient[first + k] = -sum[k];
  }
  return gradient;
}

LikelihoodValue Likelihood::at(const Eigen::VectorXd& u, Eigen::VectorXd* gradient) {
  const SeasonalArma<double> arma =
      arma_from_parameters(order_, std::vector<double>(u.begin(), u.end()));
  LikelihoodValue value = at(arma);
  if (gradient == nullptr) return value;
  if (std::isfinite(value.log_likelihood)) {
    *gradient = chain(u, slopes(arma, value));
  } else {
    gradient->setConstant(u.size(), std::nan(""));
  }
  return value;
}

}  // namespace forecart::sarima
