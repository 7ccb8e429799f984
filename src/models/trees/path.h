#pragma once

#include "models/trees/covariate_state.h"
#include "models/trees/features.h"
#include "models/trees/history.h"
#include "models/trees/tree_ensemble.h"

#include <Eigen/Core>

#include <span>
#include <vector>

namespace forecart::trees {

/// How steps beyond the first are reached: each by the same trees, which see how far ahead it lies;
/// one step at a time, with forecasts as if they were values; or the mean of the two.
enum class Strategy { direct, recursive, both };

/// Name of a strategy: "direct", "recursive", "both".
const char* name_of(Strategy strategy);

/// Trees of one strategy, direct or recursive, and the columns that they see.
struct Forest {
  Strategy strategy = Strategy::direct;
  FeaturePlan plan;
  TreeEnsemble trees;
};

/// A series at an origin, its last value.
struct Origin {
  History history;   ///< the last values; lookback() of a plan are enough
  Bucket first = 0;  ///< bucket of the first of them
  CovariateState covariates;
  std::vector<double> fixed;

  Eigen::Index end() const { return history.size(); }
};

/// Forecasts series with one forest. Keeps references to it and to the calendar.
class PathForecaster {
 public:
  PathForecaster(const Forest& forest, const Calendar& calendar)
      : forest_(forest), writer_(forest.plan, calendar) {}

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

  const Forest& forest_;
  FeatureWriter writer_;
};

/// The mean of what several forests forecast. Keeps references to them and to the calendar.
class JointForecaster {
 public:
  /// Needs at least one forest.
  JointForecaster(std::span<const Forest> forests, const Calendar& calendar);

  /// As PathForecaster::path.
  Eigen::VectorXd path(const Origin& origin, const CovariateRows& ahead,
                       Eigen::Index horizon) const;

 private:
  std::vector<PathForecaster> parts_;
};

/// The unit in which errors of a forecast made at `end` are compared between series: the spread
/// about the mean, and a tenth of the frame's scale where there is hardly any.
double error_scale(const FeaturePlan& plan, const History& history, Eigen::Index end);

}  // namespace forecart::trees
