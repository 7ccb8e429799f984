#include "models/sarima/fit.h"

#include "math/bfgs.h"

#include <Eigen/Cholesky>

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
/// Values up to which every start is climbed on the exact surface, which for short series may have
/// optima that the conditional one lacks.
constexpr Eigen::Index kShort = 400;
/// Values that are enough to find out where the optima lie.
constexpr Eigen::Index kEnough = 2400;
/// Log-likelihood by which two conditional optima are told apart.
constexpr double kDistinct = 0.05;
/// What is believed of u beside the data, as the precision of a normal prior: keeps the first steps
/// short where factors nearly cancel. It steers the search only, never the likelihood.
constexpr double kPrecision = 0.1;

/// Unconstrained parameters of `ar` for every autoregression and `ma` for every moving average.
Eigen::VectorXd fixed_start(const SarimaOrder& order, double ar, double ma) {
  Eigen::VectorXd u(order.parameters());
  u << Eigen::VectorXd::Constant(order.p, ar), Eigen::VectorXd::Constant(order.q, ma),
      Eigen::VectorXd::Constant(order.P, ar), Eigen::VectorXd::Constant(order.Q, ma);
  return u;
}

Eigen::MatrixXd inverse_hessian(Likelihood& likelihood, const Eigen::VectorXd& u) {
  Eigen::MatrixXd information = likelihood.information(u);
  if (!information.allFinite() || information.size() == 0) return {};
  information.diagonal().array() += kPrecision;
  return information.llt().solve(Eigen::MatrixXd::Identity(u.size(), u.size()));
}

/// The last values, where there is nothing else to estimate; else all of them.
Sample latest(const Sample& sample, Eigen::Index count) {
  if (sample.x.cols() > 0 || sample.y.size() <= count) return sample;
  return {sample.y.tail(count), Eigen::MatrixXd(count, 0)};
}

class Estimator {
 public:
  Estimator(const SarimaOrder& order, const Sample& sample, const EstimateOptions& options)
      : order_(order), sample_(sample), options_(options), likelihood_(order, sample) {}

  Estimate run() {
    std::vector<Eigen::VectorXd> fixed = {fixed_start(order_, 0.1, 0.1),
                                          fixed_start(order_, 1.0, 0.5),
                                          fixed_start(order_, -1.0, 0.1)};
    if (order_.parameters() == 0) return finish(fixed[0], {});
    climb_all(options_.starts);
    if (best_) fixed.resize(std::min(fixed.size(), options_.fixed_starts));
    if (options_.starts.empty()) {
      fixed.resize(std::min(fixed.size(), std::max<std::size_t>(1, options_.fixed_starts)));
    }
    climb_conditional_optima(fixed);
    if (!best_ || is_short()) climb_all(fixed);
    if (!best_) return finish(fixed[0], {});
    if (options_.tolerance < kExploring) climb(best_->x, options_.tolerance);
    return finish(best_->x, best_->inverse_hessian);
  }

 private:
  bool is_short() const { return sample_.y.size() < kShort; }

  /// The optima of the conditional likelihood that the starts lead to are where the exact search
  /// begins: it costs a fraction, and most starts lead to the same one.
  void climb_conditional_optima(const std::vector<Eigen::VectorXd>& starts) {
    if (sample_.y.size() < 3 * (Eigen::Index{order_.ar_degree()} + 1)) return;
    const Sample recent = latest(sample_, kEnough);
    Likelihood conditional(order_, recent, LikelihoodKind::conditional);
    std::vector<double> known;
    for (const Eigen::VectorXd& start : starts) {
      if (is_short() && !known.empty()) break;
      BfgsOptions options;
      options.tolerance = kExploring;
      options.max_iterations = 50;
      options.inverse_hessian = inverse_hessian(conditional, start);
      const BfgsResult optimum = minimize_bfgs(negative(conditional), start, options);
      const bool is_new = std::none_of(known.begin(), known.end(), [&](double value) {
        return std::abs(value - optimum.value) < kDistinct;
      });
      if (is_new) climb(optimum.x.cwiseMax(-3).cwiseMin(3), kExploring);
      known.push_back(optimum.value);
    }
  }

  void climb_all(const std::vector<Eigen::VectorXd>& starts) {
    for (const Eigen::VectorXd& start : starts) climb(start, kExploring);
  }

  /// Searches from a start, and keeps what it finds if it is the best so far.
  void climb(const Eigen::VectorXd& start, double tolerance) {
    if (!std::isfinite(likelihood_.at(start, nullptr).log_likelihood)) return;
    BfgsOptions options;
    options.tolerance = tolerance;
    options.max_iterations = options_.max_iterations;
    options.wanted = -options_.wanted;
    options.inverse_hessian =
        best_ && start == best_->x ? best_->inverse_hessian : inverse_hessian(likelihood_, start);
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
    const LikelihoodValue value = likelihood_.at(u, nullptr);
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
