#include "models/smoothing/ets_predictive.h"

#include "models/smoothing/linear_predictive.h"

#include <algorithm>
#include <cmath>

namespace forecart::ets {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Range, in highest levels so far, that simulated values keep to.
constexpr double kWidest = 10;
constexpr Index kPaths = 2000;

/// c_j = alpha + beta phi_j, phi_j = phi + ... + phi^j [Hyndman2008 sec. 6.2], with gamma at whole
/// seasons where the season is additive.
VectorXd weights(const Form& form, const Smoothing& s, Index season_length, Index count) {
  VectorXd c(count);
  double power = 1;
  double sum = 0;
  for (Index j = 1; j <= count; ++j) {
    power *= s.phi;
    sum += power;
    c[j - 1] = s.alpha + s.beta * sum;
    if (form.season == Part::additive && j % season_length == 0) c[j - 1] += s.gamma;
  }
  return c;
}

/// Errors of the same variance at every step: class 1 [Hyndman2008 sec. 6.2].
LinearErrors constant_errors(VectorXd mean, VectorXd c, double sigma) {
  const Index steps = mean.size();
  const VectorXd spread = VectorXd::Constant(steps, sigma);
  return {std::move(mean), std::move(c),          VectorXd::Ones(steps),
          spread,          VectorXd::Zero(steps), spread};
}

/// Errors in proportion to the value expected, of which theta is the mean square: class 2
/// [Hyndman2008 sec. 6.3]; they are in proportion to no more than the mean or `highest`.
LinearErrors proportional_errors(VectorXd mean, VectorXd c, double sigma, double highest) {
  LinearErrors e = constant_errors(std::move(mean), std::move(c), 0);
  for (Index k = 0; k < e.mean.size(); ++k) {
    const double theta = e.mean[k] * e.mean[k] + e.inherited(k);
    e.own[k] = e.spread[k] =
        sigma * std::min(std::sqrt(theta), std::max(highest, std::abs(e.mean[k])));
  }
  return e;
}

/// A level with proportional errors times a season that moves by itself: class 3. The moments are
/// those of [Hyndman2008 sec. 6.4], with (1 + gamma^2 sigma^2)^i by its first order so that they
/// cannot explode; an error that moves both level and season moves them together.
LinearErrors multiplied_errors(const Outlook& outlook, VectorXd c, const Smoothing& s, double sigma,
                               double highest, Index season_length) {
  const LinearErrors level = proportional_errors(outlook.level, std::move(c), sigma, highest);
  LinearErrors e = level;
  e.mean = outlook.mean;
  e.scale = outlook.season;
  e.seasonal = s.gamma * sigma * e.mean;
  e.season_length = season_length;
  for (Index k = 0; k < level.mean.size(); ++k) {
    const Index whole_seasons = k / season_length;
    const auto turns = static_cast<double>(whole_seasons);
    const double moved = turns * s.gamma * s.gamma * sigma * sigma;
    const double own = level.own[k] * level.own[k];
    e.own[k] = std::abs(outlook.season[k]) * std::sqrt(own + moved * level.variance(k));
  }
  return e;
}

/// Paths of the form itself with Gaussian errors, relative ones not below -1.
PredictivePtr simulated(const Form& form, const State& state, const Noise& noise, Index horizon) {
  const double widest = kWidest * state.highest();
  Generator generator(noise.seed);
  MatrixXd paths(horizon, kPaths);
  for (Index path = 0; path < kPaths; ++path) {
    State ahead = state;
    for (Index k = -noise.missing; k < horizon; ++k) {
      const double f = ahead.expected();
      const double error = std::sqrt(noise.sigma2) * generator.normal();
      double y = form.multiplicative_error ? f * (1 + std::max(error, -1.0)) : f + error;
      y = std::isfinite(y) ? std::clamp(y, -widest, widest) : 0;
      ahead.step(y);
      if (k >= 0) paths(k, path) = y;
    }
  }
  const VectorXd mean = state.outlook(noise.missing + horizon).mean.tail(horizon);
  paths.colwise() -= mean;
  return std::make_shared<EmpiricalPredictive>(noise.unit * mean, noise.unit * paths);
}

}  // namespace

bool has_analytic_variance(const Form& form) {
  if (form.trend == Part::multiplicative) return false;
  return form.multiplicative_error || form.season != Part::multiplicative;
}

PredictivePtr predictive(const Form& form, const State& state, const Noise& noise, Index horizon) {
  if (!has_analytic_variance(form)) return simulated(form, state, noise, horizon);
  const Index steps = noise.missing + horizon;
  const Smoothing& s = state.smoothing();
  const double sigma = std::sqrt(noise.sigma2);
  const double highest = state.highest();
  const auto length = std::max<Index>(std::ssize(state.season()), 1);
  const Outlook outlook = state.outlook(steps);
  VectorXd c = weights(form, s, length, steps);
  LinearErrors errors;
  if (!form.multiplicative_error) {
    errors = constant_errors(outlook.mean, std::move(c), sigma);
  } else if (form.season != Part::multiplicative) {
    errors = proportional_errors(outlook.mean, std::move(c), sigma, highest);
  } else {
    errors = multiplied_errors(outlook, std::move(c), s, sigma, highest, length);
  }
  errors.mean *= noise.unit;
  errors.spread *= noise.unit;
  errors.seasonal *= noise.unit;
  errors.own *= noise.unit;
  return std::make_shared<LinearPredictive>(std::move(errors), horizon);
}

}  // namespace forecart::ets
