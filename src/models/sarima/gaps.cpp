#include "models/sarima/gaps.h"

#include "math/bfgs.h"
#include "models/sarima/differencing.h"
#include "models/sarima/state.h"

#include <Eigen/QR>

#include <cmath>
#include <limits>
#include <numbers>

namespace forecart::sarima {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kDifferenceStep = 1e-4;

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

class GapClimb {
 public:
  GapClimb(const SarimaOrder& order, std::span<const double> y, const MatrixXd& x)
      : order_(order), y_(y), x_(x) {}

  double negative(const VectorXd& u) const {
    const auto arma = arma_from_parameters(order_, std::vector<double>(u.begin(), u.end()));
    return -likelihood_with_gaps(order_, arma, y_, x_).log_likelihood;
  }

  double operator()(const VectorXd& u, VectorXd* gradient) const {
    if (gradient != nullptr) {
      for (Index i = 0; i < u.size(); ++i) {
        VectorXd up = u;
        VectorXd down = u;
        up[i] += kDifferenceStep;
        down[i] -= kDifferenceStep;
        (*gradient)[i] = (negative(up) - negative(down)) / (2 * kDifferenceStep);
      }
    }
    return negative(u);
  }

 private:
  const SarimaOrder& order_;
  std::span<const double> y_;
  const MatrixXd& x_;
};

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

LikelihoodValue likelihood_with_gaps(const SarimaOrder& order, const SeasonalArma<double>& arma,
                                     std::span<const double> y, const MatrixXd& x) {
  const StateFilter filter(order, arma);
  const Whitened target = whiten(filter, y, y);
  const auto n = static_cast<Index>(target.values.size());
  VectorXd residual = Eigen::Map<const VectorXd>(target.values.data(), n);
  LikelihoodValue value;
  if (x.cols() > 0) {
    MatrixXd design(n, x.cols());
    for (Index c = 0; c < x.cols(); ++c) {
      design.col(c) = Eigen::Map<const VectorXd>(whiten(filter, column(x, c), y).values.data(), n);
    }
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

Estimate estimate_with_gaps(const SarimaOrder& order, std::span<const double> y, const MatrixXd& x,
                            const EstimateOptions& options) {
  const std::vector<double> complete = filled(y, order.has_season() ? order.s : 1);
  const Sample sample = make_sample(order, complete, x);
  Estimate e = estimate(order, sample, options);
  if (order.parameters() > 0) {
    BfgsOptions search;
    search.tolerance = std::max(options.tolerance, 1e-7);
    search.max_iterations = options.max_iterations;
    search.inverse_hessian = e.inverse_hessian;
    const BfgsResult best = minimize_bfgs(GapClimb(order, y, x), e.u, search);
    e.u = best.x;
    e.iterations += best.iterations;
    e.converged = best.converged;
    e.inverse_hessian = best.inverse_hessian;
    e.arma = arma_from_parameters(order, std::vector<double>(e.u.begin(), e.u.end()));
  }
  const LikelihoodValue value = likelihood_with_gaps(order, e.arma, y, x);
  e.beta = value.beta;
  e.sigma2 = value.sigma2;
  e.log_likelihood = value.log_likelihood;
  return e;
}

}  // namespace forecart::sarima
