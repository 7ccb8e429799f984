#include "models/intermittent/compound_demand.h"

#include "math/count.h"
#include "math/gamma.h"

#include <algorithm>
#include <cmath>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;

double draw_around(double mean, double variance, Generator& generator) {
  const auto shape = gamma_shape(mean, variance);
  return shape ? draw_gamma(*shape, generator) * (mean / *shape) : std::max(0.0, mean);
}

}  // namespace

DemandShape DemandShape::of(double mean, const Smoothed& sizes, double occurrence_weight,
                            bool whole) {
  DemandShape shape;
  if (sizes.empty() || !(mean > 0)) return shape;
  shape.mean = mean;
  shape.size = std::max(sizes.value(), mean);
  shape.size_variance = sizes.variance();
  shape.size_uncertainty = sizes.uncertainty();
  shape.occurrence_weight = occurrence_weight;
  shape.whole = whole && shape.size >= 1;
  return shape;
}

CompoundDemand::CompoundDemand(DemandShape shape, Index horizon)
    : shape_(shape), probability_(std::min(1.0, shape.mean / shape.size)), horizon_(horizon) {}

double CompoundDemand::quantile(Index, double probability) const {
  if (probability <= 1 - probability_) return 0;
  constexpr double kEdge = 1e-12;
  const double inner =
      std::clamp((probability - (1 - probability_)) / probability_, kEdge, 1 - kEdge);
  const double variance = shape_.size_variance * (1 + shape_.size_uncertainty);
  if (shape_.whole) return 1 + count_quantile(inner, shape_.size - 1, variance);
  const auto shape = gamma_shape(shape_.size, variance);
  return shape ? gamma_quantile(inner, *shape) * (shape_.size / *shape) : shape_.size;
}

/// Beta(p n, (1 - p) n) as the share of one gamma variable in the sum of two.
double CompoundDemand::draw_probability(Generator& generator) const {
  if (probability_ <= 0 || probability_ >= 1) return probability_;
  const double yes = draw_gamma(probability_ * shape_.occurrence_weight, generator);
  const double no = draw_gamma((1 - probability_) * shape_.occurrence_weight, generator);
  return yes + no > 0 ? yes / (yes + no) : probability_;
}

double CompoundDemand::draw_size(double mean, Generator& generator) const {
  if (!shape_.whole) return draw_around(mean, shape_.size_variance, generator);
  const double excess = std::max(0.0, shape_.size_variance - mean);
  return 1 + static_cast<double>(generator.poisson(draw_around(mean, excess, generator)));
}

MatrixXd CompoundDemand::draw(Index paths, Generator& generator) const {
  const double least = shape_.whole ? 1 : 0;  // a whole demand is at least one
  const double beyond = shape_.size - least;
  const double spread = shape_.size_variance * shape_.size_uncertainty;
  MatrixXd result = MatrixXd::Zero(horizon_, paths);
  for (Index path = 0; path < paths; ++path) {
    const double probability = draw_probability(generator);
    const double mean = draw_around(beyond, spread, generator);
    for (Index step = 0; step < horizon_; ++step) {
      if (generator.uniform() < probability) result(step, path) = draw_size(mean, generator);
    }
  }
  return result;
}

}  // namespace forecart
