#include "models/sarima/likelihood.h"

#include "models/sarima/autocovariance.h"
#include "models/sarima/lag_filter.h"
#include "models/sarima/least_squares.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace forecart::sarima {
namespace {

std::vector<double> to_column(const Eigen::Ref<const Eigen::VectorXd>& v) {
  return {v.data(), v.data() + v.size()};
}

/// a -= factor b.
void subtract(double factor, const std::vector<double>& b, std::vector<double>& a) {
  for (std::size_t t = 0; t < a.size(); ++t) a[t] -= factor * b[t];
}

}  // namespace

Likelihood::Likelihood(const SarimaOrder& order, const Sample& sample, LikelihoodKind kind)
    : order_(order),
      sample_(sample),
      kind_(kind),
      n_(static_cast<std::size_t>(sample.y.size())),
      skipped_(kind == LikelihoodKind::conditional ? static_cast<std::size_t>(order.ar_degree())
                                                   : 0) {
  inputs_.push_back(to_column(sample.y));
  for (Eigen::Index c = 0; c < sample.x.cols(); ++c) inputs_.push_back(to_column(sample.x.col(c)));
  filtered_.resize(inputs_.size());
  skipped_ = std::min(skipped_, n_);
}

/// w = phi(B) Phi(B^s) x with zeros before the start.
void Likelihood::filter_autoregression(const SeasonalArma<double>& arma) {
  const std::size_t room = n_ + padded(arma.state_size()) + kBlock;
  for (std::size_t c = 0; c < inputs_.size(); ++c) {
    Column& w = filtered_[c];
    w.assign(room, 0.0);
    std::copy(inputs_[c].begin(), inputs_[c].end(), w.begin());
    apply_autoregression(arma.seasonal.ar, arma.s, w.data(), n_);
    apply_autoregression(arma.regular.ar, 1, w.data(), n_);
    std::fill_n(w.begin(), skipped_, 0.0);
  }
}

void Likelihood::begin_transient(const SeasonalArma<double>& arma) {
  Transient& t = transient_;
  t.m = arma.state_size();
  t.n = kind_ == LikelihoodKind::exact ? n_ : 0;
  t.theta.assign(padded(t.m) + kBlock, 0.0);
  t.lambda.assign(padded(t.m) + kBlock, 0.0);
  t.partials.clear();
  t.variances.clear();
  t.stable = true;
  t.variance = 1;
  t.energy = 0;
  for (const double theta : arma.expanded_ma()) t.energy += theta * theta;
  t.columns.clear();
  for (Column& w : filtered_) t.columns.push_back(w.data());
  if (t.n == 0) return;
  const Start<double> start = stationary_start(arma);
  t.variance = start.variance;
  for (std::size_t i = 0; i < t.m; ++i) {
    t.lambda[i] = start.gain[i] / start.variance;
    t.theta[i] = t.lambda[i] - (i + 1 < start.phi.size() ? start.phi[i + 1] : 0.0);
  }
}

/// e = w / (Theta(B^s) theta(B)) from the end of the transient on.
void Likelihood::filter_steady(const SeasonalArma<double>& arma, std::size_t column) {
  double* w = filtered_[column].data() + transient_.steps;
  const std::size_t count = n_ - transient_.steps;
  invert_moving_average(arma.seasonal.ma, arma.s, w, count);
  if (column == 0) steady_.assign(w, w + count);
  invert_moving_average(arma.regular.ma, 1, w, count);
}

void Likelihood::filter(const SeasonalArma<double>& arma) {
  filter_autoregression(arma);
  begin_transient(arma);
  run_transient(transient_);
  if (!transient_.stable) return;
  for (std::size_t c = 0; c < filtered_.size(); ++c) filter_steady(arma, c);
}

/// sum_t a_t^2 / F_t.
double Likelihood::weighted_square(const Column& a) const {
  double sum = 0;
  for (std::size_t t = 0; t < transient_.steps; ++t) sum += a[t] * a[t] / transient_.variances[t];
  const auto rest = static_cast<Eigen::Index>(n_ - transient_.steps);
  return sum + Eigen::Map<const Eigen::VectorXd>(a.data() + transient_.steps, rest).squaredNorm();
}

void Likelihood::whiten() {
  const auto n = static_cast<Eigen::Index>(n_);
  const auto steps = static_cast<Eigen::Index>(transient_.steps);
  white_.resize(n, static_cast<Eigen::Index>(filtered_.size()));
  const Eigen::ArrayXd scale =
      Eigen::Map<const Eigen::ArrayXd>(transient_.variances.data(), steps).rsqrt();
  for (Eigen::Index c = 0; c < white_.cols(); ++c) {
    white_.col(c) = Eigen::Map<const Eigen::VectorXd>(filtered_[c].data(), n);
    white_.col(c).head(steps).array() *= scale;
  }
}

LikelihoodValue Likelihood::profile() {
  LikelihoodValue value;
  value.beta = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(filtered_.size()) - 1);
  residual_ = filtered_[0];
  double log_determinant = transient_.log_determinant + sample_.log_scale;
  if (value.beta.size() > 0) {
    whiten();
    const LeastSquares regression = regress(white_, sample_.integrated);
    value.beta = regression.beta;
    factor_ = regression.factor;
    log_determinant += regression.log_determinant;
    for (std::size_t c = 1; c < filtered_.size(); ++c) {
      subtract(value.beta[static_cast<Eigen::Index>(c) - 1], filtered_[c], residual_);
    }
  }
  const double used = static_cast<double>(n_ - skipped_) - static_cast<double>(sample_.integrated);
  value.sigma2 = weighted_square(residual_) / used;
  value.log_likelihood =
      -0.5 * (used * (std::log(2 * std::numbers::pi * value.sigma2) + 1) + log_determinant);
  return value;
}

Eigen::MatrixXd Likelihood::whitened_regressors(const SeasonalArma<double>& arma) {
  filter(arma);
  whiten();
  return white_.rightCols(white_.cols() - 1);
}

LikelihoodValue Likelihood::at(const SeasonalArma<double>& arma) {
  last_u_.resize(0);
  filter(arma);
  LikelihoodValue value;
  if (transient_.stable) value = profile();
  if (!transient_.stable || !std::isfinite(value.log_likelihood)) {
    value.log_likelihood = -std::numeric_limits<double>::infinity();
  }
  return value;
}

}  // namespace forecart::sarima
