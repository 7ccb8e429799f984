#pragma once

#include "models/intermittent/smoothed.h"
#include "series/predictive.h"

namespace forecart {

/// What intermittent demand looks like in every step ahead.
struct DemandShape {
  double mean = 0;                ///< of a step
  double size = 1;                ///< mean size of a demand
  double size_variance = 0;       ///< of one demand around its mean
  double size_uncertainty = 0;    ///< variance of that mean, as a share of size_variance
  double occurrence_weight = 19;  ///< periods that stand behind the probability of a demand
  bool whole = true;              ///< sizes are whole numbers

  /// With the sizes as smoothed; where the mean is larger than they are, there is a demand of that
  /// size in every step.
  static DemandShape of(double mean, const Smoothed& sizes, double occurrence_weight, bool whole);
};

/// A demand occurs with probability p = mean / size and then has a size of its own: 1 + a negative
/// binomial for whole sizes, a gamma otherwise, with the moments given; steps are independent.
/// Within a path, p is one draw from the beta distribution and the mean size one from the gamma
/// that say how well they are known: a step's own distribution is the same whatever p's spread, but
/// totals are wider. [Willemain2004] resamples the past for the same ends.
class CompoundDemand final : public Predictive {
 public:
  CompoundDemand(DemandShape shape, Eigen::Index horizon);

  Eigen::Index horizon() const override { return horizon_; }
  double mean(Eigen::Index) const override { return shape_.mean; }
  double quantile(Eigen::Index step, double probability) const override;
  Eigen::MatrixXd draw(Eigen::Index paths, Generator& generator) const override;

 private:
  double draw_probability(Generator& generator) const;
  double draw_size(double mean, Generator& generator) const;

  DemandShape shape_;
  double probability_;
  Eigen::Index horizon_;
};

}  // namespace forecart
