#include "models/smoothing/ets_estimate.h"

#include "math/bfgs.h"
#include "models/smoothing/ets_likelihood.h"
#include "models/smoothing/ets_start.h"

#include <Eigen/Cholesky>

#include <cmath>

namespace forecart::ets {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Added to the curvature, in shares of its diagonal.
constexpr double kRidge = 1e-8;
constexpr int kStateSteps = 3;  ///< Gauss-Newton steps of the initial states before the search
constexpr int kHalvings = 6;    ///< of one of them
/// Log-likelihood that a last step of the search may still gain.
constexpr double kTolerance = 1e-5;
constexpr int kMaxIterations = 300;

/// Levels, from stiff to nimble, that a search starts from each; local optima differ by them.
constexpr double kAlphas[] = {0.05, 0.4, 0.9};
/// Shares of alpha that beta starts as, and of 1 - alpha that gamma does.
constexpr double kShares[] = {0.03, 0.3};
constexpr double kPhi = 0.96;

/// The inverse of a curvature made positive definite.
MatrixXd inverse_of(MatrixXd curvature) {
  const double ridge = kRidge * curvature.diagonal().mean();
  curvature.diagonal() *= 1 + kRidge;
  curvature.diagonal().array() += ridge + std::numeric_limits<double>::min();
  const Eigen::LLT<MatrixXd> factor(curvature);
  if (factor.info() != Eigen::Success || !std::isfinite(ridge)) {
    return curvature.diagonal().cwiseAbs().cwiseMax(1e-6).cwiseInverse().asDiagonal();
  }
  return factor.solve(MatrixXd::Identity(curvature.rows(), curvature.cols()));
}

/// One form on one series, in its free coordinates.
class Search {
 public:
  Search(const Form& form, int season_length, std::span<const double> y)
      : form_(form),
        y_(y),
        likelihood_(form, season_length, y),
        coordinates_(form, likelihood_.layout(), false) {}

  /// The best of the searches from each alpha, in natural parameters; empty where none can start.
  /// Where it is not admissible, the search goes on within the admissible region.
  BfgsResult run(double wanted) {
    BfgsResult best;
    for (const double alpha : kAlphas) {
      const VectorXd x = start(alpha);
      if (x.size() == 0) continue;
      BfgsResult found = run_from(x, best.x.size() == 0 ? wanted : std::min(wanted, best.value));
      if (best.x.size() == 0 || found.value < best.value) best = std::move(found);
    }
    if (best.x.size() == 0) return best;
    best.x = coordinates_.natural(best.x);
    return lies_inside(best.x) ? best : run_inside(best, wanted);
  }

  Likelihood& likelihood() { return likelihood_; }

 private:
  bool lies_inside(const VectorXd& natural) const {
    if (form_.trend == Part::none || form_.season == Part::none) return true;
    const Layout& layout = likelihood_.layout();
    return is_admissible(Smoothing::of(layout, natural), layout.season_length);
  }

  /// From an optimum outside the admissible region; empty where nothing near it is inside.
  BfgsResult run_inside(const BfgsResult& outside, double wanted) {
    coordinates_ = Coordinates(form_, likelihood_.layout(), true);
    VectorXd x = coordinates_.free(outside.x);
    if (!std::isfinite(value(x, nullptr))) x = start(kAlphas[0]);
    if (x.size() == 0) return {};
    BfgsResult result = run_from(x, wanted);
    result.x = coordinates_.natural(result.x);
    return result;
  }

  BfgsResult run_from(VectorXd x, double wanted) {
    settle_states(x);
    BfgsOptions options;
    options.max_iterations = kMaxIterations;
    options.tolerance = kTolerance;
    options.max_step = 0.5;
    options.wanted = wanted;
    options.inverse_hessian = inverse_of(likelihood_.curvature(coordinates_, x));
    return minimize_bfgs(
        [&](const VectorXd& at, VectorXd* gradient) { return value(at, gradient); }, x, options);
  }

  double value(const VectorXd& x, VectorXd* gradient) {
    VectorXd natural_gradient;
    const double result = likelihood_.negative(coordinates_.natural(x),
                                               gradient == nullptr ? nullptr : &natural_gradient);
    if (gradient != nullptr && std::isfinite(result)) {
      *gradient = coordinates_.pull_back(coordinates_.smoothing_slopes(x), natural_gradient);
    }
    return result;
  }

  /// The best of the rough starts with this alpha; empty where none is allowed.
  VectorXd start(double alpha) {
    VectorXd best;
    double lowest = kInfinity;
    for (const double share : kShares) {
      const Smoothing smoothing{alpha, share * alpha, share * (1 - alpha), kPhi};
      const VectorXd x =
          coordinates_.free(starting_parameters(form_, likelihood_.layout(), y_, smoothing));
      const double here = value(x, nullptr);
      if (!(here < lowest)) continue;
      lowest = here;
      best = x;
    }
    return best;
  }

  /// The best initial states beside the smoothing parameters at x, by damped Gauss-Newton steps;
  /// the first is exact where the errors are linear in the states.
  void settle_states(VectorXd& x) {
    const Index states = coordinates_.size() - coordinates_.smoothing_size();
    for (int step = 0; step < kStateSteps; ++step) {
      VectorXd gradient;
      const double before = value(x, &gradient);
      const MatrixXd curvature = likelihood_.curvature(coordinates_, x);
      const VectorXd change =
          inverse_of(curvature.bottomRightCorner(states, states)) * gradient.tail(states);
      if (!descend(x, before, change)) return;
      if (!form_.needs_positive()) return;
      if (gradient.tail(states).dot(change) < 1) return;
    }
  }

  bool descend(VectorXd& x, double before, VectorXd change) {
    for (int i = 0; i < kHalvings; ++i, change *= 0.5) {
      VectorXd next = x;
      next.tail(change.size()) -= change;
      if (!(value(next, nullptr) < before)) continue;
      x = next;
      return true;
    }
    return false;
  }

  Form form_;
  std::span<const double> y_;
  Likelihood likelihood_;
  Coordinates coordinates_;
};

}  // namespace

double Estimate::aic() const {
  return -2 * log_likelihood + 2 * form.parameters(season_length);
}

double Estimate::bic() const {
  const int k = form.parameters(season_length);
  return -2 * log_likelihood + k * std::log(static_cast<double>(used));
}

double Estimate::aicc() const {
  const double k = form.parameters(season_length);
  const double left = static_cast<double>(used) - k - 1;
  return left > 0 ? aic() + 2 * k * (k + 1) / left : kInfinity;
}

Estimate estimate(const Form& form, int season_length, std::span<const double> y, double wanted) {
  Search search(form, season_length, y);
  Likelihood& likelihood = search.likelihood();
  Estimate result{form, season_length};
  result.used = likelihood.used();
  const double left = static_cast<double>(result.used) - form.parameters(season_length);
  if (left <= 1) return result;
  const BfgsResult found = search.run(-wanted);
  if (found.x.size() == 0) return result;
  result.parameters = found.x;
  result.log_likelihood = -likelihood.negative(found.x);
  result.sigma2 = likelihood.sum_of_squares() / (left + 1);
  result.converged = found.converged;
  return result;
}

}  // namespace forecart::ets
