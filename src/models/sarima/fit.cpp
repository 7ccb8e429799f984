#include "models/sarima/fit.h"

#include "math/bfgs.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

namespace forecart::sarima {
namespace {

Objective negative(Likelihood& likelihood) {
  return [&likelihood](const Eigen::VectorXd& u, Eigen::VectorXd* gradient) {
    const double value = likelihood.at(u, gradient).log_likelihood;
    if (gradient != nullptr) *gradient = -*gradient;
    return -value;
  };
}

/// Tolerance of the searches that only find out which optimum is the best.
constexpr double kExploring = 1e-2;
/// Values times state size up to which every start is tried.
constexpr Eigen::Index kSmall = 50000;

/// Unconstrained parameters of `ar` for every autoregression and `ma` for every moving average.
Eigen::VectorXd fixed_start(const SarimaOrder& order, double ar, double ma) {
  Eigen::VectorXd u(order.parameters());
  u << Eigen::VectorXd::Constant(order.p, ar), Eigen::VectorXd::Constant(order.q, ma),
      Eigen::VectorXd::Constant(order.P, ar), Eigen::VectorXd::Constant(order.Q, ma);
  return u;
}

class Estimator {
 public:
  Estimator(const SarimaOrder& order, const Sample& sample, const EstimateOptions& options)
      : order_(order), sample_(sample), options_(options), likelihood_(order, sample) {}

  Estimate run() {
    const Eigen::VectorXd plain = fixed_start(order_, 0.1, 0.1);
    if (order_.parameters() == 0) return finish(plain, {});
    if (const auto css = conditional_optimum(plain)) climb(*css, kExploring);
    climb(plain, kExploring);
    if (is_small()) {
      climb(fixed_start(order_, -1.0, 0.1), kExploring);
      climb(fixed_start(order_, 1.0, 0.5), kExploring);
    }
    if (!best_) return finish(plain, {});
    climb(best_->x, options_.tolerance);
    return finish(best_->x, best_->inverse_hessian);
  }

 private:
  /// Optimum of the conditional likelihood, roughly: where the exact search starts.
  std::optional<Eigen::VectorXd> conditional_optimum(const Eigen::VectorXd& start) {
    if (sample_.y.size() < 3 * (Eigen::Index{order_.ar_degree()} + 1)) {
      return std::nullopt;
    }
    Likelihood conditional(order_, sample_, LikelihoodKind::conditional);
    BfgsOptions options;
    options.tolerance = 1e-2;
    options.max_iterations = 50;
    const BfgsResult result = minimize_bfgs(negative(conditional), start, options);
    return result.x.cwiseMax(-3).cwiseMin(3);
  }

  /// Work that more starts would cost is small beside their worth.
  bool is_small() const {
    return sample_.y.size() * std::max(order_.ar_degree(), order_.ma_degree()) < kSmall;
  }

  /// Searches from a start, and keeps what it finds if it is the best so far.
  void climb(const Eigen::VectorXd& start, double tolerance) {
    if (!std::isfinite(likelihood_.at(start, nullptr).log_likelihood)) return;
    BfgsOptions options;
    options.tolerance = tolerance;
    options.max_iterations = options_.max_iterations;
    if (best_ && start == best_->x) options.inverse_hessian = best_->inverse_hessian;
    BfgsResult result = minimize_bfgs(negative(likelihood_), start, options);
    iterations_ += result.iterations;
    if (!best_ || result.value <= best_->value) best_ = std::move(result);
  }

  Estimate finish(const Eigen::VectorXd& u, const Eigen::MatrixXd& inverse_hessian) {
    Estimate e;
    e.order = order_;
    e.u = u;
    e.inverse_hessian = inverse_hessian;
    e.arma = arma_from_parameters(order_, std::vector<double>(u.begin(), u.end()));
    const LikelihoodValue value = likelihood_.at(e.arma);
    e.beta = value.beta;
    e.sigma2 = value.sigma2;
    e.log_likelihood = value.log_likelihood;
    e.iterations = iterations_;
    e.converged = best_ && best_->converged;
    return e;
  }

  const SarimaOrder& order_;
  const Sample& sample_;
  const EstimateOptions& options_;
  Likelihood likelihood_;
  std::optional<BfgsResult> best_;
  int iterations_ = 0;
};

}  // namespace

Estimate estimate(const SarimaOrder& order, const Sample& sample, const EstimateOptions& options) {
  return Estimator(order, sample, options).run();
}

}  // namespace forecart::sarima
