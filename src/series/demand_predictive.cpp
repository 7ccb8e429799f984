#include "series/demand_predictive.h"

#include "math/count.h"
#include "math/gamma.h"
#include "math/normal.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// A gamma variable of this mean and variance.
double draw_around(double mean, double variance, Generator& generator) {
  const auto shape = gamma_shape(mean, variance);
  return shape ? draw_gamma(*shape, generator) * (mean / *shape) : std::max(0.0, mean);
}

double positive_quantile(double probability, double mean, double variance) {
  const auto shape = gamma_shape(mean, variance);
  return shape ? gamma_quantile(probability, *shape) * (mean / *shape) : std::max(0.0, mean);
}

/// Counts are drawn as Poisson around a gamma rate that takes up the variance beyond it, those that
/// vary less as rounded gamma variables; see count_quantile.
double draw_count(double mean, double variance, Generator& generator) {
  if (variance < mean && mean >= kLeastNarrowMean) {
    return std::round(draw_around(mean, variance, generator));
  }
  const double rate = draw_around(mean, std::max(0.0, variance - mean), generator);
  return static_cast<double>(generator.poisson(rate));
}

}  // namespace

DemandPredictive::DemandPredictive(DemandKind kind, VectorXd mean, VectorXd level_variance,
                                   DemandNoise noise, double unit, double offset)
    : kind_(kind),
      mean_(std::move(mean)),
      level_variance_(std::move(level_variance)),
      noise_(noise),
      unit_(unit),
      offset_(offset) {
  assert(mean_.size() == level_variance_.size());
  assert(kind_ != DemandKind::counts || (unit_ == 1 && offset_ == 0));
}

double DemandPredictive::model_variance(Index step) const {
  const double m = mean_[step];
  const double level = (1 + noise_.quadratic) * level_variance_[step] * m * m;
  return std::min(noise_.of(std::abs(m)) + level, std::numeric_limits<double>::max());
}

double DemandPredictive::value(double modelled) const {
  constexpr double kMax = std::numeric_limits<double>::max();
  return std::clamp(offset_ + unit_ * modelled, -kMax, kMax);
}

double DemandPredictive::variance(Index step) const {
  return unit_ * unit_ * model_variance(step);
}

double DemandPredictive::quantile(Index step, double probability) const {
  const double m = mean_[step];
  const double v = model_variance(step);
  switch (kind_) {
    case DemandKind::counts:
      return smooth_count_quantile(probability, m, v);
    case DemandKind::positive:
      return value(positive_quantile(probability, m, v));
    default:
      return value(m + std::sqrt(v) * normal_quantile(probability));
  }
}

double DemandPredictive::draw_step(double mean, Generator& generator) const {
  const double v = noise_.of(mean);
  if (kind_ == DemandKind::counts) return draw_count(mean, v, generator);
  return value(draw_around(mean, v, generator));
}

/// The level in units of its expectation: (h).
VectorXd DemandPredictive::draw_level(Generator& generator) const {
  VectorXd level(horizon());
  double now = 1;
  double reached = 1;  // 1 + variance of the level so far
  for (Index step = 0; step < horizon(); ++step) {
    const double next = std::max(reached, 1 + level_variance_[step]);
    if (kind_ == DemandKind::real)
      now += std::sqrt(next - reached) * generator.normal();
    else
      now *= draw_around(1, next / reached - 1, generator);
    level[step] = now;
    reached = next;
  }
  return level;
}

MatrixXd DemandPredictive::draw(Index paths, Generator& generator) const {
  MatrixXd result(horizon(), paths);
  for (Index path = 0; path < paths; ++path) {
    const VectorXd level = draw_level(generator);
    for (Index step = 0; step < horizon(); ++step) {
      const double m = mean_[step];
      if (kind_ != DemandKind::real) {
        result(step, path) = draw_step(level[step] * m, generator);
        continue;
      }
      const double beside = model_variance(step) - level_variance_[step] * m * m;
      const double y = level[step] * m + std::sqrt(std::max(0.0, beside)) * generator.normal();
      result(step, path) = value(y);
    }
  }
  return result;
}

}  // namespace forecart
