#include "models/sarima/state.h"

#include "base/error.h"
#include "models/sarima/autocovariance.h"
#include "models/sarima/recursion.h"
#include "models/saved_state.h"

#include <Eigen/QR>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

namespace forecart::sarima {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Variance of a first value that is missing, in units of sigma^2.
constexpr double kDiffuse = 1e10;
/// An observation with a larger variance resolves such a value and carries no likelihood.
constexpr double kResolving = 1e6;
/// A factor below it (in standard deviations of an innovation) is no uncertainty.
constexpr double kCertain = 1e-8;
constexpr Index kChecks = 8;
/// Steps after which the factor is looked through for columns that are not needed.
constexpr Index kStepsBetweenCompressions = 64;
/// Steps that a saved state may say it has made.
constexpr Index kMostSteps = Index{1} << 53;

VectorXd expanded(const LagPolynomial<double>& c, Index size) {
  VectorXd v = VectorXd::Zero(size);
  for (std::size_t j = 1; j < c.size(); ++j) v[static_cast<Index>(j) - 1] = c[j];
  return v;
}

/// v_0, v_1, .. <- v_1, v_2, .., 0.
void shift_up(VectorXd& v) {
  if (v.size() == 0) return;
  std::copy(v.begin() + 1, v.end(), v.begin());
  v[v.size() - 1] = 0;
}

/// lags <- newest, lags without the oldest.
void push(double newest, VectorXd& lags) {
  if (lags.size() == 0) return;
  std::copy_backward(lags.begin(), lags.end() - 1, lags.end());
  lags[0] = newest;
}

/// theta' = (theta - rho lambda_+) / d, lambda' = (lambda_+ - rho theta) / d, F' = F d.
void advance_rank_one(VectorXd& theta, VectorXd& lambda, double& variance) {
  const double rho = lambda[0];
  const double d = (1 - rho) * (1 + rho);
  const Index m = lambda.size();
  for (Index i = 0; i < m; ++i) {
    const double before = theta[i];
    const double next = i + 1 < m ? lambda[i + 1] : 0;
    theta[i] = (before - rho * next) / d;
    lambda[i] = (next - rho * before) / d;
  }
  variance *= d;
}

bool is_steady(const VectorXd& lambda) {
  return static_cast<double>(lambda.size()) * lambda.squaredNorm() < kSteady;
}

/// A factor of the same covariance with as few columns as its rank.
MatrixXd compressed(const MatrixXd& factor) {
  if (factor.size() == 0) return factor.leftCols(0);
  Eigen::ColPivHouseholderQR<MatrixXd> qr(factor.transpose());
  const MatrixXd& packed = qr.matrixQR();
  const Index most = std::min(packed.rows(), packed.cols());
  Index rank = 0;
  while (rank < most && std::abs(packed(rank, rank)) > kCertain) ++rank;
  const MatrixXd upper = packed.topRows(rank).triangularView<Eigen::Upper>();
  return (upper * qr.colsPermutation().transpose()).transpose();
}

/// S with S S' = covariance, by Cholesky's method with pivots; what is left below kCertain^2 is
/// rounding.
MatrixXd square_root(MatrixXd covariance) {
  MatrixXd factor(covariance.rows(), covariance.cols());
  Index rank = 0;
  for (; rank < covariance.cols(); ++rank) {
    Index pivot = 0;
    const double largest = covariance.diagonal().maxCoeff(&pivot);
    if (!(largest > kCertain * kCertain)) break;
    factor.col(rank) = covariance.col(pivot) / std::sqrt(largest);
    covariance -= factor.col(rank) * factor.col(rank).transpose();
  }
  return factor.leftCols(rank);
}

nlohmann::json to_json(const VectorXd& v) {
  return std::vector<double>(v.begin(), v.end());
}

VectorXd vector_from_json(const nlohmann::json& json, Index size) {
  const auto values = json.get<std::vector<double>>();
  if (static_cast<Index>(values.size()) != size) {
    throw Error(
        ErrorCode::bad_data,
        fmt::format("saved ARIMA state has {} numbers where {} are needed", values.size(), size));
  }
  return Eigen::Map<const VectorXd>(values.data(), size);
}

}  // namespace

StateFilter::StateFilter(const SarimaOrder& order, const SeasonalArma<double>& arma) {
  const auto m = static_cast<Index>(arma.state_size());
  phi_ = expanded(arma.expanded_ar(), m);
  theta_ = expanded(arma.expanded_ma(), m);
  delta_ = -expanded(difference_polynomial(order.d, order.D, order.s), order.lost());
  noise_ = VectorXd::Zero(m + delta_.size());
  noise_.head(m) = phi_ + theta_;
  if (delta_.size() > 0) noise_[m] = 1;
  state_ = VectorXd::Zero(m);
  lags_ = VectorXd::Zero(delta_.size());
  const Start<double> start = stationary_start(arma);
  variance_ = start.variance;
  lambda_ = Eigen::Map<const VectorXd>(start.gain.data(), m) / start.variance;
  gain_ = lambda_ - phi_;
  factor_.resize(m + delta_.size(), 0);
}

double StateFilter::predicted() const {
  return (state_.size() > 0 ? state_[0] : 0.0) + delta_.dot(lags_);
}

std::optional<Innovation> StateFilter::count(Innovation innovation) {
  if (unresolved_ > 0 && innovation.variance > kResolving) {
    --unresolved_;
    return std::nullopt;
  }
  sum_squares_ += innovation.value * innovation.value / innovation.variance;
  if (innovation.variance != 1) log_determinant_ += std::log(innovation.variance);
  ++used_;
  return innovation;
}

double StateFilter::log_likelihood() const {
  const auto n = static_cast<double>(used_);
  return -0.5 * (n * (std::log(2 * std::numbers::pi * sum_squares_ / n) + 1) + log_determinant_);
}

std::optional<Innovation> StateFilter::step(double y) {
  if (seen_ < delta_.size()) {
    collect_first(y);
    return std::nullopt;
  }
  return uncertain_ || std::isnan(y) ? step_uncertain(y) : step_exact(y);
}

/// The values that differencing needs before the first prediction. A missing one is guessed by the
/// one before it and held for quite unknown.
void StateFilter::collect_first(double y) {
  ++seen_;
  if (std::isnan(y)) {
    if (unresolved_ == 0) factor_.setZero(factor_.rows(), 0);
    factor_.conservativeResize(Eigen::NoChange, factor_.cols() + 1);
    factor_.col(factor_.cols() - 1).setZero();
    factor_(state_.size() + delta_.size() - seen_, factor_.cols() - 1) = std::sqrt(kDiffuse);
    ++unresolved_;
    push(lags_.size() > 0 ? lags_[0] : 0.0, lags_);
  } else {
    push(y, lags_);
  }
  if (seen_ == delta_.size() && unresolved_ > 0) begin_uncertain();
}

/// alpha'_i = alpha_{i+1} + phi_{i+1} x + theta_{t,i} v with x = alpha_0 + v.
std::optional<Innovation> StateFilter::step_exact(double y) {
  const double v = y - predicted();
  const std::optional<Innovation> counted = count({v, variance_});
  if (state_.size() > 0) {
    const double x = state_[0] + v;
    shift_up(state_);
    state_ += phi_ * x + gain_ * v;
  }
  push(y, lags_);
  if (!steady_) advance_gain();
  return counted;
}

void StateFilter::advance_gain() {
  const bool check = since_check_++ % kChecks == 0;
  if (lambda_.size() == 0 || (check && is_steady(lambda_))) {
    steady_ = true;
    gain_ = theta_;
    lambda_.setZero();
    variance_ = 1;
    return;
  }
  advance_rank_one(gain_, lambda_, variance_);
}

/// A factor of the covariance before the steady state. P' = J P J' + theta theta' - F theta_t
/// theta_t' and P' = P - F lambda lambda' together give P entry by entry from the last one.
MatrixXd StateFilter::transient_factor() const {
  const Index m = state_.size();
  MatrixXd covariance(m, m);
  if (steady_) covariance.setZero();
  for (Index i = steady_ ? 0 : m; i-- > 0;) {
    for (Index j = m; j-- > i;) {
      const double later = j + 1 < m ? covariance(i + 1, j + 1) : 0.0;
      covariance(i, j) = covariance(j, i) =
          later + theta_[i] * theta_[j] +
          variance_ * (lambda_[i] * lambda_[j] - gain_[i] * gain_[j]);
    }
  }
  return square_root(std::move(covariance));
}

void StateFilter::begin_uncertain() {
  const MatrixXd alpha = transient_factor();
  const Index known = factor_.cols();
  factor_.conservativeResize(Eigen::NoChange, known + alpha.cols());
  factor_.rightCols(alpha.cols()).setZero();
  factor_.topRightCorner(alpha.rows(), alpha.cols()) = alpha;
  uncertain_ = true;
  steady_ = false;
}

/// S'h for y = h's + e.
VectorXd StateFilter::factor_row(const MatrixXd& factor) const {
  if (factor.cols() == 0) return {};
  VectorXd row = factor.bottomRows(delta_.size()).transpose() * delta_;
  if (state_.size() > 0) row += factor.row(0).transpose();
  return row;
}

void StateFilter::transition(VectorXd& state, VectorXd& lags, double y) const {
  if (state.size() > 0) {
    const double x = state[0];
    shift_up(state);
    state += phi_ * x;
  }
  push(y, lags);
}

/// array = [its first column | T factor], g = S'h.
void StateFilter::transition(const MatrixXd& factor, const VectorXd& g, MatrixXd& array) const {
  if (factor.cols() == 0) return;
  const Index m = state_.size();
  const Index lost = delta_.size();
  auto next = array.rightCols(factor.cols());
  if (m > 0) {
    next.topRows(m - 1) = factor.middleRows(1, m - 1);
    next.row(m - 1).setZero();
    for (Index i = 0; i < m; ++i) {
      if (phi_[i] != 0) next.row(i) += phi_[i] * factor.row(0);
    }
  }
  if (lost > 0) {
    next.row(m) = g.transpose();
    next.bottomRows(lost - 1) = factor.middleRows(m, lost - 1);
  }
}

/// Array square-root filter: a reflection from the right takes [1 h'S; R TS] to
/// [-sqrt(F) 0; -K sqrt(F) S'] [KailathSayedHassibi2000 ch. 12]. A missing value only adds the
/// innovation's column R.
std::optional<Innovation> StateFilter::step_uncertain(double y) {
  if (!uncertain_) begin_uncertain();
  const VectorXd g = factor_row(factor_);
  const double expected = predicted();
  MatrixXd& array = array_;
  array.resize(factor_.rows(), factor_.cols() + 1);
  array.col(0) = noise_;
  transition(factor_, g, array);
  transition(state_, lags_, expected);
  if (std::isnan(y)) {
    factor_ = array;
    if (factor_.cols() > 2 * factor_.rows()) factor_ = compressed(factor_);
    return std::nullopt;
  }
  const double variance = 1 + g.squaredNorm();
  const double root = std::sqrt(variance);
  VectorXd u(g.size() + 1);
  u << 1 + root, g;
  reflected_.noalias() = array * u;
  reflected_ *= 2 / u.squaredNorm();
  const VectorXd gain = (array.col(0) - reflected_ * u[0]) / root;
  factor_.noalias() = array.rightCols(g.size()) - reflected_ * g.transpose();
  const double v = y - expected;
  state_ -= gain.head(state_.size()) * v;
  lags_ -= gain.tail(lags_.size()) * v;
  if (lags_.size() > 0) {
    lags_[0] = y;
    if (factor_.cols() > 0) factor_.row(state_.size()).setZero();
  }
  shrink_factor();
  return count({v, variance});
}

/// Drops what is known again; without any uncertainty left the steady gain takes over.
void StateFilter::shrink_factor() {
  if (++since_check_ % kChecks != 0) return;
  if (since_check_ % kStepsBetweenCompressions == 0) factor_ = compressed(factor_);
  if (factor_.squaredNorm() > kCertain * kCertain) return;
  factor_.resize(Eigen::NoChange, 0);
  uncertain_ = false;
  steady_ = true;
  gain_ = theta_;
  lambda_.setZero();
  variance_ = 1;
}

nlohmann::json StateFilter::save() const {
  return {{"state", to_json(state_)},
          {"lags", to_json(lags_)},
          {"gain", steady_ ? nlohmann::json() : to_json(gain_)},
          {"lambda", steady_ ? nlohmann::json() : to_json(lambda_)},
          {"variance", variance_},
          {"factor", to_json(factor_.reshaped())},
          {"seen", seen_},
          {"unresolved", unresolved_},
          {"since_check", since_check_},
          {"steady", steady_},
          {"uncertain", uncertain_},
          {"sum_squares", sum_squares_},
          {"log_determinant", log_determinant_},
          {"used", used_}};
}

void StateFilter::load(const nlohmann::json& state) {
  state_ = vector_from_json(state.at("state"), state_.size());
  lags_ = vector_from_json(state.at("lags"), lags_.size());
  steady_ = state.at("steady").get<bool>();
  gain_ = steady_ ? theta_ : vector_from_json(state.at("gain"), theta_.size());
  lambda_.setZero();
  if (!steady_) lambda_ = vector_from_json(state.at("lambda"), theta_.size());
  variance_ = state.at("variance").get<double>();
  const nlohmann::json& factor = state.at("factor");
  const Index rows = factor_.rows();
  const auto size = static_cast<Index>(factor.size());
  factor_ = vector_from_json(factor, size).reshaped(rows, rows > 0 ? size / rows : 0);
  if (factor_.size() != size) refuse_state("ARIMA", "factor");
  seen_ = whole_number(state, "seen", 0, delta_.size());
  unresolved_ = whole_number(state, "unresolved", 0, delta_.size());
  since_check_ = whole_number(state, "since_check", 0, kMostSteps);
  uncertain_ = state.at("uncertain").get<bool>();
  sum_squares_ = state.at("sum_squares").get<double>();
  log_determinant_ = state.at("log_determinant").get<double>();
  used_ = whole_number(state, "used", 0, kMostSteps);
}

}  // namespace forecart::sarima
