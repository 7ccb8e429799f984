#pragma once

#include "models/trees/covariate_state.h"
#include "models/trees/features.h"
#include "models/trees/history.h"
#include "models/trees/tree_ensemble.h"

#include <Eigen/Core>

#include <vector>

namespace forecart::trees {

/// How steps beyond the first are reached: each by the same trees, which see how far ahead it lies,
/// or one step at a time, with forecasts as if they were values.
enum class Strategy { direct, recursive };

/// A series at an origin, its last value.
struct Origin {
  History history;   ///< the last values; lookback() of a plan are enough
  Bucket first = 0;  ///< bucket of the first of them
  CovariateState covariates;
  std::vector<double> fixed;

  Eigen::Index end() const { return history.size(); }
};

/// Forecasts series with trees. Keeps references to what it is made of.
class PathForecaster {
 public:
  PathForecaster(const FeatureWriter& writer, const TreeEnsemble& trees, Strategy strategy)
      : writer_(writer), trees_(trees), strategy_(strategy) {}

  /// Means of the next `horizon` steps; `ahead` holds a row of future columns for each. 0 for a
  /// series that has sold nothing over the lookback.
  Eigen::VectorXd path(const Origin& origin, const CovariateRows& ahead,
                       Eigen::Index horizon) const;

  /// The feature row of one step of a direct forecast.
  std::vector<float> row(const Origin& origin, const CovariateRows& ahead, Eigen::Index step) const;

 private:
  Eigen::VectorXd direct(const Origin& origin, const CovariateRows& ahead,
                         Eigen::Index horizon) const;
  Eigen::VectorXd recursive(Origin origin, const CovariateRows& ahead, Eigen::Index horizon) const;

  const FeatureWriter& writer_;
  const TreeEnsemble& trees_;
  Strategy strategy_;
};

/// The unit in which errors of a forecast made at `end` are compared between series: the spread
/// about the mean, and a tenth of the frame's scale where there is hardly any.
double error_scale(const FeaturePlan& plan, const History& history, Eigen::Index end);

}  // namespace forecart::trees
