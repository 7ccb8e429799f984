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

  Slopes& operator+=(const Slopes& other) {
    add(ar, other.ar);
    add(ma, other.ma);
    add(sar, other.sar);
    add(sma, other.sma);
    add(gain, other.gain);
    add(phi, other.phi);
    variance += other.variance;
    return *this;
  }

 private:
  static void add(std::vector<double>& sum, const std::vector<double>& more) {
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += more[i];
  }
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

/// Through w = phi(B) Phi(B^s) x with x in input_, which is used up.
void Likelihood::autoregression_adjoint(const SeasonalArma<double>& arma, Slopes& slopes) {
  if (arma.regular.ar.empty() && arma.seasonal.ar.empty()) return;
  Column& x = input_;
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

/// Derivatives of sum_t [log_variances log F_t + e_t^2 / (F_t sigma2)] / 2, e in residual_ and the
/// series it comes from in input_.
Likelihood::Slopes Likelihood::backward(const SeasonalArma<double>& arma, double sigma2,
                                        double log_variances) {
  Slopes slopes;
  adjoint_.assign(n_ + padded(transient_.m) + kBlock, 0.0);
  steady_adjoint(arma, sigma2, slopes);
  TransientAdjoint start;
  start.sigma2 = sigma2;
  start.log_variances = log_variances;
  const Column theta = transient_.theta;
  const Column lambda = transient_.lambda;
  run_transient_adjoint(transient_, residual_.data(), adjoint_.data(), start);
  std::fill_n(adjoint_.begin(), skipped_, 0.0);
  autoregression_adjoint(arma, slopes);
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
  transient_.theta = theta;
  transient_.lambda = lambda;
  return slopes;
}

namespace {

/// sum += factor column, over the length of the sum.
void add_column(double factor, const std::vector<double>& column, std::vector<double>& sum) {
  for (std::size_t t = 0; t < sum.size(); ++t) sum[t] += factor * column[t];
}

}  // namespace

/// log |X' Sigma^-1 X| / 2 of what is integrated out: with L L' = X' Sigma^-1 X held fixed, its
/// derivative is that of the sum over the columns q of X L^-T of q' Sigma^-1 q / 2.
void Likelihood::add_integrated(const SeasonalArma<double>& arma, Slopes& total) {
  const Eigen::Index g = sample_.integrated;
  if (g == 0) return;
  const std::size_t first = inputs_.size() - static_cast<std::size_t>(g);
  const Eigen::MatrixXd weights =
      factor_.transpose().triangularView<Eigen::Upper>().solve(Eigen::MatrixXd::Identity(g, g));
  for (Eigen::Index j = 0; j < g; ++j) {
    residual_.assign(residual_.size(), 0.0);
    input_.assign(n_, 0.0);
    for (Eigen::Index c = 0; c <= j; ++c) {
      add_column(weights(c, j), filtered_[first + c], residual_);
      add_column(weights(c, j), inputs_[first + c], input_);
    }
    restore_steady(arma);
    total += backward(arma, 1, 0);
  }
}

/// The stage between the two inverse filters, from the innovations in residual_.
void Likelihood::restore_steady(const SeasonalArma<double>& arma) {
  const auto from = static_cast<std::ptrdiff_t>(transient_.steps);
  const auto to = static_cast<std::ptrdiff_t>(n_);
  steady_.assign(residual_.begin() + from, residual_.begin() + to);
  apply_autoregression(negated(arma.regular.ma), 1, steady_.data(), steady_.size());
}

Likelihood::Slopes Likelihood::slopes(const SeasonalArma<double>& arma,
                                      const LikelihoodValue& value) {
  // column 0 of the steady filter holds y; its stage between the two filters is needed at beta
  if (value.beta.size() > 0) restore_steady(arma);
  input_ = inputs_[0];
  for (Eigen::Index c = 0; c < value.beta.size(); ++c) {
    add_column(-value.beta[c], inputs_[c + 1], input_);
  }
  Slopes total = backward(arma, value.sigma2, 1);
  add_integrated(arma, total);
  return total;
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
  if (u.size() == 0 || last_u_.size() != u.size() || last_u_ != u) {
    last_value_ = at(arma);
    last_u_ = u;
  }
  if (gradient == nullptr) return last_value_;
  if (std::isfinite(last_value_.log_likelihood)) {
    *gradient = chain(u, slopes(arma, last_value_));
  } else {
    gradient->setConstant(u.size(), std::nan(""));
  }
  if (sample_.integrated > 0) last_u_.resize(0);  // the columns have used the arrays up
  return last_value_;
}

}  // namespace forecart::sarima
