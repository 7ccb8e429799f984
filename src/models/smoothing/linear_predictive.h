#pragma once

#include "series/predictive.h"

#include <Eigen/Core>

namespace forecart {

/// How the errors ahead, z_j ~ N(0, 1) independent, make up the steps ahead:
///   y_k = mean_k + scale_k sum_{j<k} weight_{k-j} spread_j z_j
///         + seasonal_k sum_{i>=1} z_{k-i s} + own_k z_k,      s the season length.
/// Every vector is as long as the steps that are unknown; the weight of lag j stands at j - 1.
struct LinearErrors {
  Eigen::VectorXd mean;
  Eigen::VectorXd weight;
  Eigen::VectorXd scale;
  Eigen::VectorXd spread;
  Eigen::VectorXd seasonal;
  Eigen::VectorXd own;
  Eigen::Index season_length = 1;

  /// Variance of step k.
  double variance(Eigen::Index k) const;
  /// Variance of step k by the errors before it.
  double inherited(Eigen::Index k) const;
};

/// Joint Gaussian of the last `horizon` of the steps that LinearErrors describes; those before them
/// went by without a value being known.
class LinearPredictive final : public Predictive {
 public:
  LinearPredictive(LinearErrors errors, Eigen::Index horizon);

  Eigen::Index horizon() const override { return deviation_.size(); }
  double mean(Eigen::Index step) const override { return errors_.mean[skipped_ + step]; }
  double quantile(Eigen::Index step, double probability) const override;
  Eigen::MatrixXd draw(Eigen::Index paths, Generator& generator) const override;

 private:
  LinearErrors errors_;
  Eigen::Index skipped_;
  Eigen::VectorXd deviation_;  // (h)
};

}  // namespace forecart
