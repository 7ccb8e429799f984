#include "models/sarima/gaps.h"

#include "math/bfgs.h"
#include "models/sarima/differencing.h"
#include "models/sarima/gap_likelihood.h"
#include "models/sarima/standard_error.h"
#include "models/sarima/state.h"

#include <Eigen/QR>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace forecart::sarima {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Squared slope from which on an observation resolves a combination of missing first values.
constexpr double kResolving = 1e-4;
/// Gradient in the parameters is flat beyond it; no search begins there.
constexpr double kFarthestStart = 3;

std::span<const double> column(const MatrixXd& x, Index c) {
  return {x.col(c).data(), static_cast<std::size_t>(x.rows())};
}

/// Innovations in standard deviations of sigma, and the sum of their log variances.
struct Whitened {
  std::vector<double> values;
  double log_determinant = 0;
};

/// `pattern` says which values are missing.
Whitened whiten(StateFilter filter, std::span<const double> y, std::span<const double> pattern) {
  Whitened result;
  for (std::size_t t = 0; t < y.size(); ++t) {
    const auto innovation = filter.step(std::isnan(pattern[t]) ? pattern[t] : y[t]);
    if (!innovation) continue;
    result.values.push_back(innovation->value / std::sqrt(innovation->variance));
    result.log_determinant += std::log(innovation->variance);
  }
  return result;
}

double line_through_gap(std::span<const double> y, std::size_t t) {
  std::size_t before = t;
  std::size_t after = t;
  while (before > 0 && std::isnan(y[before])) --before;
  while (after + 1 < y.size() && std::isnan(y[after])) ++after;
  if (std::isnan(y[before])) return y[after];
  if (std::isnan(y[after])) return y[before];
  const double share = static_cast<double>(t - before) / static_cast<double>(after - before);
  return y[before] + share * (y[after] - y[before]);
}

double seasonal_neighbours(std::span<const double> y, std::size_t t, std::size_t s) {
  double sum = 0;
  int count = 0;
  const auto take = [&](double value) {
    if (std::isnan(value)) return;
    sum += value;
    ++count;
  };
  if (t >= s) take(y[t - s]);
  if (t + s < y.size()) take(y[t + s]);
  return count > 0 ? sum / count : line_through_gap(y, t);
}

/// Positions of the missing values among y_first .. y_{end-1}.
std::vector<std::size_t> gaps_between(std::span<const double> y, std::size_t first,
                                      std::size_t end) {
  std::vector<std::size_t> result;
  for (std::size_t t = first; t < std::min(end, y.size()); ++t) {
    if (std::isnan(y[t])) result.push_back(t);
  }
  return result;
}

/// Adds to `column` the differences of a series that is `value` at time t and zero elsewhere.
void add_impulse(const std::vector<double>& delta, std::size_t t, double value,
                 Eigen::Ref<VectorXd> column) {
  const std::size_t lost = delta.size() - 1;
  const auto n = static_cast<std::size_t>(column.size()) + lost;
  for (std::size_t l = t < lost ? lost - t : 0; l <= lost && t + l < n; ++l) {
    column[static_cast<Index>(t + l - lost)] += delta[l] * value;
  }
}

/// The last d + sD values as combinations of the missing first ones.
class StartTracker {
 public:
  StartTracker(const std::vector<double>& delta, std::span<const double> y)
      : delta_(-Eigen::Map<const VectorXd>(delta.data() + 1, std::ssize(delta) - 1)) {
    const auto lost = static_cast<std::size_t>(delta_.size());
    const auto first = gaps_between(y, 0, lost);
    lags_ = MatrixXd::Zero(delta_.size(), std::ssize(first));
    for (Index k = 0; k < lags_.cols(); ++k) {
      lags_(delta_.size() - 1 - static_cast<Index>(first[static_cast<std::size_t>(k)]), k) = 1;
    }
    result_.directions.resize(lags_.cols(), 0);
  }

  bool done() const { return result_.directions.cols() == lags_.cols(); }

  void step(bool missing) {
    VectorXd slope = lags_.transpose() * delta_;
    const double square = slope.squaredNorm();
    if (!missing && square > kResolving) resolve(slope / std::sqrt(square), std::log(square));
    const Index older = lags_.rows() - 1;
    lags_.bottomRows(older) = lags_.topRows(older).eval();
    if (!missing) slope.setZero();
    lags_.row(0) = slope.transpose();
  }

  ResolvedStart result() && { return std::move(result_); }

 private:
  void resolve(const VectorXd& direction, double log_square) {
    lags_ -= (lags_ * direction).eval() * direction.transpose();
    result_.directions.conservativeResize(Eigen::NoChange, result_.directions.cols() + 1);
    result_.directions.rightCols(1) = direction;
    result_.log_scale += log_square;
  }

  VectorXd delta_;
  MatrixXd lags_;  // (d + sD, k) newest first
  ResolvedStart result_;
};

/// The columns of the missing values, differenced: combinations of the first ones, then the others.
MatrixXd gap_columns(const SarimaOrder& order, std::span<const double> y,
                     const ResolvedStart& start) {
  const auto delta = difference_polynomial(order.d, order.D, order.s);
  const auto lost = delta.size() - 1;
  const auto first = gaps_between(y, 0, lost);
  const auto others = gaps_between(y, lost, y.size());
  const Index resolved = start.directions.cols();
  MatrixXd x =
      MatrixXd::Zero(std::ssize(y) - static_cast<Index>(lost), resolved + std::ssize(others));
  for (Index c = 0; c < resolved; ++c) {
    for (std::size_t k = 0; k < first.size(); ++k) {
      add_impulse(delta, first[k], start.directions(static_cast<Index>(k), c), x.col(c));
    }
  }
  for (std::size_t k = 0; k < others.size(); ++k) {
    add_impulse(delta, others[k], 1, x.col(resolved + static_cast<Index>(k)));
  }
  return x;
}

/// Whether a column for each gap is cheaper than the covariance recursion. Measured: both gradients
/// cost the same at about 4 gaps where the state has 2 entries, 9 at 16, 25 at 50, 100 at 340.
bool few_gaps(const SarimaOrder& order, std::span<const double> y) {
  const int state = std::max(order.ar_degree() + order.lost(), order.ma_degree());
  const std::size_t gaps = gaps_between(y, 0, y.size()).size();
  return static_cast<double>(gaps) <= 3 + 0.28 * state;
}

/// Climbs from the estimate of the filled series, or from near it where that is far out.
template <class Function>
void climb(Function& likelihood, const EstimateOptions& options, Estimate& e) {
  const auto negative = [&](const VectorXd& u, VectorXd* gradient) {
    const double value = likelihood.at(u, gradient).log_likelihood;
    if (gradient != nullptr) *gradient = -*gradient;
    return -value;
  };
  BfgsOptions search;
  search.tolerance = options.tolerance;
  search.max_iterations = options.max_iterations;
  const VectorXd start = e.u.cwiseMax(-kFarthestStart).cwiseMin(kFarthestStart);
  if (start == e.u) search.inverse_hessian = e.inverse_hessian;
  const BfgsResult best = minimize_bfgs(negative, start, search);
  e.u = best.x;
  e.iterations += best.iterations;
  e.converged = best.converged;
  e.inverse_hessian = best.inverse_hessian;
  e.arma = arma_from_parameters(e.order, std::vector<double>(e.u.begin(), e.u.end()));
}

/// Improves an estimate of the filled series; `likelihood` is that of the series with its gaps.
template <class Function>
void improve(Function likelihood, Index regressors, const EstimateOptions& options, Estimate& e) {
  if (e.order.parameters() > 0) climb(likelihood, options, e);
  const LikelihoodValue value = likelihood.at(e.arma);
  e.beta = value.beta.size() > 0 ? VectorXd(value.beta.head(regressors)) : value.beta;
  e.sigma2 = value.sigma2;
  e.log_likelihood = value.log_likelihood;
}

}  // namespace

std::vector<double> filled(std::span<const double> y, int season) {
  std::vector<double> result(y.begin(), y.end());
  for (std::size_t t = 0; t < y.size(); ++t) {
    if (!std::isnan(y[t])) continue;
    result[t] = season > 1 ? seasonal_neighbours(y, t, static_cast<std::size_t>(season))
                           : line_through_gap(y, t);
  }
  return result;
}

Sample make_sample(const SarimaOrder& order, std::span<const double> y, const MatrixXd& x) {
  Sample sample{difference(y, order), {}};
  sample.x.resize(sample.y.size(), x.cols());
  for (Index c = 0; c < x.cols(); ++c) sample.x.col(c) = difference(column(x, c), order);
  return sample;
}

MatrixXd whitened_with_gaps(const SarimaOrder& order, const SeasonalArma<double>& arma,
                            std::span<const double> y, const MatrixXd& x) {
  const StateFilter filter(order, arma);
  MatrixXd white;
  for (Index c = 0; c < x.cols(); ++c) {
    const Whitened own = whiten(filter, column(x, c), y);
    white.conservativeResize(std::ssize(own.values), x.cols());
    white.col(c) = Eigen::Map<const VectorXd>(own.values.data(), std::ssize(own.values));
  }
  return white;
}

LikelihoodValue likelihood_with_gaps(const SarimaOrder& order, const SeasonalArma<double>& arma,
                                     std::span<const double> y, const MatrixXd& x) {
  const StateFilter filter(order, arma);
  const Whitened target = whiten(filter, y, y);
  const auto n = static_cast<Index>(target.values.size());
  VectorXd residual = Eigen::Map<const VectorXd>(target.values.data(), n);
  LikelihoodValue value;
  if (x.cols() > 0) {
    const MatrixXd design = whitened_with_gaps(order, arma, y, x);
    value.beta = design.householderQr().solve(residual);
    residual -= design * value.beta;
  }
  const auto used = static_cast<double>(n);
  value.sigma2 = residual.squaredNorm() / used;
  value.log_likelihood =
      -0.5 * (used * (std::log(2 * std::numbers::pi * value.sigma2) + 1) + target.log_determinant);
  if (!std::isfinite(value.log_likelihood)) {
    value.log_likelihood = -std::numeric_limits<double>::infinity();
  }
  return value;
}

ResolvedStart resolve_start(const SarimaOrder& order, std::span<const double> y) {
  StartTracker tracker(difference_polynomial(order.d, order.D, order.s), y);
  for (auto t = static_cast<std::size_t>(order.lost()); t < y.size() && !tracker.done(); ++t) {
    tracker.step(std::isnan(y[t]));
  }
  return std::move(tracker).result();
}

Sample make_gap_sample(const SarimaOrder& order, std::span<const double> y, const MatrixXd& x) {
  Sample sample = make_sample(order, filled(y, order.has_season() ? order.s : 1), x);
  const ResolvedStart start = resolve_start(order, y);
  const MatrixXd columns = gap_columns(order, y, start);
  sample.integrated = columns.cols();
  sample.log_scale = -start.log_scale;
  sample.x.conservativeResize(sample.y.size(), x.cols() + columns.cols());
  sample.x.rightCols(columns.cols()) = columns;
  return sample;
}

Estimate estimate_with_gaps(const SarimaOrder& order, std::span<const double> y, const MatrixXd& x,
                            const EstimateOptions& options) {
  Estimate e =
      estimate(order, make_sample(order, filled(y, order.has_season() ? order.s : 1), x), options);
  if (few_gaps(order, y)) {
    const Sample sample = make_gap_sample(order, y, x);
    improve(Likelihood(order, sample), x.cols(), options, e);
  } else {
    improve(GapLikelihood(order, y, x), x.cols(), options, e);
  }
  return e;
}

VectorXd standard_errors_with_gaps(const Estimate& estimate, std::span<const double> y,
                                   const MatrixXd& x) {
  if (few_gaps(estimate.order, y)) {
    return standard_errors(estimate, make_gap_sample(estimate.order, y, x));
  }
  GapLikelihood likelihood(estimate.order, y, x);
  return standard_errors(estimate, [&](const VectorXd& u, VectorXd* gradient) {
    return likelihood.at(u, gradient).log_likelihood;
  });
}

}  // namespace forecart::sarima
