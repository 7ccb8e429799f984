#pragma once

#include "base/random.h"

#include <Eigen/Core>

#include <memory>
#include <vector>

namespace forecart {

/// Joint predictive distribution of one series over its next `horizon()` steps. Step k in
/// [0, horizon) is k + 1 buckets after the origin. Immutable, safe to share between threads.
class Predictive {
 public:
  virtual ~Predictive() = default;

  virtual Eigen::Index horizon() const = 0;
  virtual double mean(Eigen::Index step) const = 0;

  /// Quantile at probability in (0, 1), non-decreasing in it.
  virtual double quantile(Eigen::Index step, double probability) const = 0;

  /// Joint sample paths, (horizon, paths): totals over steps need them.
  virtual Eigen::MatrixXd draw(Eigen::Index paths, Generator& generator) const = 0;
};

using PredictivePtr = std::shared_ptr<const Predictive>;

/// Linear Gaussian forecast: y_{n+1+k} = mean_k + sum_{j<=k} psi_j e_{n+1+k-j}, e ~ N(0, sigma2).
/// psi_0 = 1; psi shorter than the horizon is continued by zeros. [BrockwellDavis1991 sec. 9.5]
/// Where the state at the origin is itself not known (after missing values), `state_factor` (h, r)
/// adds state_factor xi with xi ~ N(0, I_r), independent of e; (h, 0) or empty for none.
class GaussianPredictive final : public Predictive {
 public:
  GaussianPredictive(Eigen::VectorXd mean, const Eigen::VectorXd& psi, double sigma2,
                     Eigen::MatrixXd state_factor = {});

  Eigen::Index horizon() const override { return mean_.size(); }
  double mean(Eigen::Index step) const override { return mean_[step]; }
  double quantile(Eigen::Index step, double probability) const override;
  Eigen::MatrixXd draw(Eigen::Index paths, Generator& generator) const override;

  /// sigma^2 sum_{j<=step} psi_j^2, plus the squared norm of the state factor's row.
  double variance(Eigen::Index step) const { return variance_[step]; }

 private:
  Eigen::VectorXd mean_;          // (h)
  Eigen::VectorXd psi_;           // (h)
  Eigen::MatrixXd state_factor_;  // (h, r) or empty
  Eigen::VectorXd variance_;      // (h)
  double sigma_;
};

/// A mean plus errors that were seen at past origins: each column of `errors` is the whole error
/// path (actual - forecast) of one origin, so draws keep the dependence between steps.
/// Quantiles are type-7 sample quantiles per step [HyndmanFan1996].
class EmpiricalPredictive final : public Predictive {
 public:
  /// mean (h), errors (h, origins); needs at least one origin.
  EmpiricalPredictive(Eigen::VectorXd mean, const Eigen::MatrixXd& errors);

  Eigen::Index horizon() const override { return mean_.size(); }
  double mean(Eigen::Index step) const override { return mean_[step]; }
  double quantile(Eigen::Index step, double probability) const override;
  Eigen::MatrixXd draw(Eigen::Index paths, Generator& generator) const override;

 private:
  Eigen::VectorXd mean_;    // (h)
  Eigen::MatrixXd errors_;  // (h, origins)
  Eigen::MatrixXd sorted_;  // rows of errors_ in ascending order
};

/// Another predictive with everything below `floor` moved up to it.
PredictivePtr clamp_below(PredictivePtr inner, double floor);

/// Another predictive with everything multiplied by `factor` > 0.
PredictivePtr scale_by(PredictivePtr inner, double factor);

/// Weighted mean of quantile functions (Vincentization) [Genest1992]; weights are >= 0, sum to 1,
/// and there is one per member. Draws mix the members' paths with common randomness.
PredictivePtr average(std::vector<PredictivePtr> members, Eigen::VectorXd weights);

/// Mean of the members' quantile functions without the lowest and the highest `share` of them at
/// each point, share in [0, .5]; .5 is the median. Draws likewise, with common randomness.
PredictivePtr trimmed_average(std::vector<PredictivePtr> members, double share);

}  // namespace forecart
