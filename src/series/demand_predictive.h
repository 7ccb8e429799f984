#pragma once

#include "series/predictive.h"

namespace forecart {

/// What values of a series can be; decides the shape of its predictive distribution.
enum class DemandKind {
  counts,    ///< whole numbers >= 0: see smooth_count_quantile; draws are whole
  positive,  ///< >= 0: gamma
  real,      ///< any: normal
};

/// Variance of a value around its mean m once the level is known: index m + quadratic m^2.
/// The first is quasi-Poisson, the second that of a negative binomial with r = 1 / quadratic.
struct DemandNoise {
  double index = 1;
  double quadratic = 0;

  double of(double mean) const { return index * mean + quadratic * mean * mean; }
};

/// Demand whose level is not known for certain: given the level, steps are independent with mean
/// G_k mean_k and the variance that `noise` says; G is a positive martingale with mean 1 and
/// variance level_variance_k (non-decreasing), shared by the steps of a path, so totals are as
/// uncertain as the level makes them. A step's own distribution has the moments
///   mean_k, noise.of(mean_k) + (1 + quadratic) level_variance_k mean_k^2
/// and the shape of its kind (a gamma mixture of Poisson counts is negative binomial). Real values
/// have a normal level, and noise that does not depend on it.
class DemandPredictive final : public Predictive {
 public:
  /// mean (h) >= 0 except for real, level_variance (h); values are unit times what is modelled,
  /// plus offset; neither changes counts, which have unit 1 and offset 0.
  DemandPredictive(DemandKind kind, Eigen::VectorXd mean, Eigen::VectorXd level_variance,
                   DemandNoise noise, double unit = 1, double offset = 0);

  Eigen::Index horizon() const override { return mean_.size(); }
  double mean(Eigen::Index step) const override { return value(mean_[step]); }
  double quantile(Eigen::Index step, double probability) const override;
  Eigen::MatrixXd draw(Eigen::Index paths, Generator& generator) const override;

  /// Of a step, in the units of its values.
  double variance(Eigen::Index step) const;

 private:
  double value(double modelled) const;
  Eigen::VectorXd draw_level(Generator& generator) const;
  double draw_step(double mean, Generator& generator) const;
  double model_variance(Eigen::Index step) const;

  DemandKind kind_;
  Eigen::VectorXd mean_;            // (h)
  Eigen::VectorXd level_variance_;  // (h), relative, non-decreasing
  DemandNoise noise_;
  double unit_;
  double offset_;
};

}  // namespace forecart
