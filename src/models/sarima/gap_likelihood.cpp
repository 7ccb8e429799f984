#include "models/sarima/gap_likelihood.h"

#include "models/sarima/autocovariance.h"
#include "models/sarima/gaps.h"
#include "models/sarima/least_squares.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace forecart::sarima {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// The largest variance of the process that the search may visit, as in recursion.cpp.
constexpr double kLargestStart = 1e5;

std::size_t model_size(const SarimaOrder& order) {
  const int size = std::max({order.ar_degree() + order.lost(), order.ma_degree(), 1});
  return static_cast<std::size_t>(size);
}

/// Coefficients 1, 2, .. of a lag polynomial.
std::vector<double> tail(const LagPolynomial<double>& c) {
  return {c.begin() + 1, c.end()};
}

double entry(const std::vector<double>& v, std::size_t i) {
  return i < v.size() ? v[i] : 0.0;
}

/// The values before t = lost, each combination of missing ones on its own; zero later.
MatrixXd start_columns(std::span<const double> y, std::size_t lost, const MatrixXd& directions) {
  MatrixXd x = MatrixXd::Zero(std::ssize(y), directions.cols());
  if (directions.cols() == 0) return x;
  Index k = 0;
  for (std::size_t t = 0; t < std::min(lost, y.size()); ++t) {
    if (std::isnan(y[t])) x.row(static_cast<Index>(t)) = directions.row(k++);
  }
  return x;
}

}  // namespace

/// Derivatives of -log L.
struct GapLikelihood::Slopes {
  std::vector<double> phi;    // (p')
  std::vector<double> theta;  // (q')
  double variance = 0;        // by F at the start
  std::vector<double> gain;   // (m) by K at the start
};

GapLikelihood::GapLikelihood(const SarimaOrder& order, std::span<const double> y, const MatrixXd& x)
    : order_(order),
      delta_(difference_polynomial(order.d, order.D, order.s)),
      lost_(static_cast<std::size_t>(order.lost())),
      model_(model_size(order)) {
  const ResolvedStart start = resolve_start(order, y);
  integrated_ = start.directions.cols();
  log_scale_ = -start.log_scale;
  columns_.resize(std::ssize(y), 1 + x.cols() + integrated_);
  const std::vector<double> complete = filled(y, order.has_season() ? order.s : 1);
  columns_.col(0) = Eigen::Map<const VectorXd>(complete.data(), std::ssize(complete));
  if (x.cols() > 0) columns_.middleCols(1, x.cols()) = x;
  columns_.rightCols(integrated_) = start_columns(y, lost_, start.directions);
  for (std::size_t t = lost_; t < y.size(); ++t) missing_.push_back(std::isnan(y[t]) ? 1 : 0);
}

void GapLikelihood::set_model(const SeasonalArma<double>& arma) {
  phi_ = tail(arma.expanded_ar());
  theta_ = tail(arma.expanded_ma());
  std::fill(model_.phi.begin(), model_.phi.end(), 0.0);
  std::fill(model_.theta.begin(), model_.theta.end(), 0.0);
  std::copy(theta_.begin(), theta_.end(), model_.theta.begin());
  for (std::size_t l = 0; l < delta_.size(); ++l) {  // 1 - phi(B) delta(B)
    if (l > 0) model_.phi[l - 1] -= delta_[l];
    for (std::size_t j = 0; j < phi_.size(); ++j) model_.phi[j + l] += phi_[j] * delta_[l];
  }
  const Start<double> start = stationary_start(arma);
  variance_ = start.variance;
  z_.assign(arma.state_size(), 0.0);
  for (std::size_t i = 0; i < z_.size(); ++i) {
    z_[i] = start.gain[i] - entry(phi_, i) * variance_;
  }
}

/// phi(B) applied to what the first values contribute to the next ones, L_i = -sum_{l>i} delta_l
/// y_{lost+i-l}: a_i = L_i - sum_{j<=i} phi_j L_{i-j}.
std::vector<double> GapLikelihood::first_state(const VectorXd& y) const {
  std::vector<double> level(model_.m, 0.0);
  for (std::size_t i = 0; i < lost_; ++i) {
    for (std::size_t l = i + 1; l <= lost_; ++l) {
      level[i] -= delta_[l] * y[static_cast<Index>(lost_ + i - l)];
    }
  }
  std::vector<double> state = level;
  for (std::size_t j = 1; j <= phi_.size(); ++j) {
    for (std::size_t i = j; i < state.size(); ++i) state[i] -= phi_[j - 1] * level[i - j];
  }
  return state;
}

/// The stationary covariance solves P = J P J' + theta theta' + phi z' + z phi' + F phi phi', which
/// gives its entries from the last to the first.
void GapLikelihood::filter() {
  const std::size_t m = model_.m;
  const std::size_t k = z_.size();
  std::vector<double> start(m * m, 0.0);
  for (std::size_t i = k; i-- > 0;) {
    for (std::size_t j = k; j-- > i;) {
      const double later = j + 1 < k ? start[(i + 1) * m + j + 1] : 0.0;
      start[i * m + j] = later + entry(theta_, i) * entry(theta_, j) +
                         entry(phi_, i) * (z_[j] + variance_ * entry(phi_, j)) +
                         z_[i] * entry(phi_, j);
    }
  }
  run_covariance(model_, start, missing_, tape_);
  filtered_.clear();
  for (Index c = 0; c < columns_.cols(); ++c) {
    filtered_.push_back(run_column(model_, tape_, missing_, first_state(columns_.col(c)),
                                   columns_.col(c).data() + lost_));
  }
}

LikelihoodValue GapLikelihood::profile() {
  const auto observed = std::count(missing_.begin(), missing_.end(), 0);
  MatrixXd white(observed, columns_.cols());
  double log_determinant = log_scale_;
  Index row = 0;
  for (std::size_t t = 0; t < missing_.size(); ++t) {
    if (missing_[t] != 0) continue;
    const double scale = 1 / std::sqrt(tape_.variances[t]);
    for (Index c = 0; c < white.cols(); ++c) {
      white(row, c) = filtered_[static_cast<std::size_t>(c)].innovations[t] * scale;
    }
    log_determinant += std::log(tape_.variances[t]);
    ++row;
  }
  const LeastSquares regression = regress(white, integrated_);
  factor_ = regression.factor;
  const auto used = static_cast<double>(observed - integrated_);
  LikelihoodValue value;
  value.beta = regression.beta;
  value.sigma2 = regression.residual.squaredNorm() / used;
  value.log_likelihood = -0.5 * (used * (std::log(2 * std::numbers::pi * value.sigma2) + 1) +
                                 log_determinant + regression.log_determinant);
  return value;
}

LikelihoodValue GapLikelihood::at(const SeasonalArma<double>& arma) {
  set_model(arma);
  LikelihoodValue value;
  value.log_likelihood = -std::numeric_limits<double>::infinity();
  if (!(variance_ < kLargestStart)) return value;
  filter();
  value = profile();
  if (!std::isfinite(value.log_likelihood)) {
    value.log_likelihood = -std::numeric_limits<double>::infinity();
  }
  return value;
}

GapColumn GapLikelihood::combined(const VectorXd& weights) const {
  const std::size_t n = missing_.size();
  GapColumn sum{std::vector<double>(n, 0.0), std::vector<double>(n, 0.0)};
  for (Index c = 0; c < weights.size(); ++c) {
    const GapColumn& column = filtered_[static_cast<std::size_t>(c)];
    for (std::size_t t = 0; t < n; ++t) {
      sum.innovations[t] += weights[c] * column.innovations[t];
      sum.values[t] += weights[c] * column.values[t];
    }
  }
  return sum;
}

void GapLikelihood::add_first_state(const VectorXd& y, const std::vector<double>& by,
                                    Slopes& slopes) const {
  for (std::size_t i = 0; i < lost_; ++i) {
    double level = 0;
    for (std::size_t l = i + 1; l <= lost_; ++l) {
      level -= delta_[l] * y[static_cast<Index>(lost_ + i - l)];
    }
    for (std::size_t j = 1; j <= phi_.size(); ++j) slopes.phi[j - 1] -= by[i + j] * level;
  }
}

/// Through the stationary covariance: the derivative by its right side sums up along diagonals.
void GapLikelihood::add_start(const std::vector<double>& by, Slopes& slopes) const {
  const std::size_t m = model_.m;
  const std::size_t k = z_.size();
  std::vector<double> sum(by);
  std::vector<double> z_bar(k, 0.0);
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j < k; ++j) {
      if (i > 0 && j > 0) sum[i * m + j] += sum[(i - 1) * m + j - 1];
      const double s = sum[i * m + j];
      z_bar[i] += 2 * s * entry(phi_, j);
      slopes.variance += s * entry(phi_, i) * entry(phi_, j);
      if (i < slopes.theta.size()) slopes.theta[i] += 2 * s * entry(theta_, j);
      if (i < slopes.phi.size()) slopes.phi[i] += 2 * s * (z_[j] + variance_ * entry(phi_, j));
    }
  }
  for (std::size_t i = 0; i < k; ++i) {  // z = K - F phi
    slopes.gain[i] += z_bar[i];
    slopes.variance -= z_bar[i] * entry(phi_, i);
    if (i < slopes.phi.size()) slopes.phi[i] -= z_bar[i] * variance_;
  }
}

void GapLikelihood::add_backward(const VectorXd& weights, const GapWeights& of,
                                 Slopes& slopes) const {
  const GapSlopes by = run_backward(model_, tape_, missing_, combined(weights), of);
  for (std::size_t j = 0; j < phi_.size(); ++j) {
    for (std::size_t l = 0; l < delta_.size(); ++l) slopes.phi[j] += by.phi[j + l] * delta_[l];
  }
  for (std::size_t j = 0; j < theta_.size(); ++j) slopes.theta[j] += by.theta[j];
  add_first_state(columns_ * weights, by.state, slopes);
  add_start(by.covariance, slopes);
}

namespace {

void contract(const std::vector<double>& slope, const std::vector<Dual>& value, std::size_t offset,
              std::array<double, Dual::kDirections>& sum) {
  for (std::size_t i = 0; i < slope.size() && i + offset < value.size(); ++i) {
    for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += slope[i] * value[i + offset].slope[k];
  }
}

}  // namespace

/// To the unconstrained parameters, a few directions at a time.
VectorXd GapLikelihood::chain(const VectorXd& u, const Slopes& slopes) const {
  VectorXd gradient(u.size());
  constexpr auto kWide = static_cast<Index>(Dual::kDirections);
  for (Index first = 0; first < u.size(); first += kWide) {
    const Index count = std::min(kWide, u.size() - first);
    std::vector<Dual> variables(u.begin(), u.end());
    for (Index k = 0; k < count; ++k) {
      variables[first + k] = Dual::variable(u[first + k], static_cast<std::size_t>(k));
    }
    const SeasonalArma<Dual> arma = arma_from_parameters(order_, variables);
    const Start<Dual> start = stationary_start(arma);
    std::array<double, Dual::kDirections> sum{};
    contract(slopes.phi, start.phi, 1, sum);
    contract(slopes.theta, arma.expanded_ma(), 1, sum);
    contract(slopes.gain, start.gain, 0, sum);
    contract({slopes.variance}, {start.variance}, 0, sum);
    for (Index k = 0; k < count; ++k) gradient[first + k] = -sum[k];
  }
  return gradient;
}

LikelihoodValue GapLikelihood::at(const VectorXd& u, VectorXd* gradient) {
  LikelihoodValue value = at(arma_from_parameters(order_, std::vector<double>(u.begin(), u.end())));
  if (gradient == nullptr) return value;
  if (!std::isfinite(value.log_likelihood)) {
    gradient->setConstant(u.size(), std::nan(""));
    return value;
  }
  Slopes slopes{std::vector<double>(phi_.size(), 0.0), std::vector<double>(theta_.size(), 0.0), 0,
                std::vector<double>(z_.size(), 0.0)};
  VectorXd weights(columns_.cols());
  weights << 1, -value.beta;
  add_backward(weights, {value.sigma2, 1}, slopes);
  const MatrixXd integrated = factor_.transpose().triangularView<Eigen::Upper>().solve(
      MatrixXd::Identity(integrated_, integrated_));
  for (Index j = 0; j < integrated_; ++j) {  // log |X' Sigma^-1 X| / 2, as in gradient.cpp
    weights.setZero();
    weights.tail(integrated_) = integrated.col(j);
    add_backward(weights, {1, 0}, slopes);
  }
  *gradient = chain(u, slopes);
  return value;
}

}  // namespace forecart::sarima
