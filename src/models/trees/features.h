#pragma once

#include "models/trees/feature_plan.h"
#include "models/trees/history.h"

#include <Eigen/Core>

#include <span>
#include <vector>

namespace forecart::trees {

/// What makes values of different series comparable at an origin: normal = (y - base) / scale.
/// Where nothing is sold over the whole lookback, scale is 0 and there is nothing to learn from.
struct Frame {
  double base = 0;
  double scale = 0;
  double level = 0;

  bool usable() const { return scale > 0; }
  double normal(double y) const { return (y - base) / scale; }
  double value(double normal) const { return base + scale * normal; }
};

/// The frame at `end`: with values that are never negative base 0 and scale the level, the average
/// of the means over the level windows, plus kLevelFloor of the mean over the lookback; else base
/// the level and scale the spread about it.
Frame frame_at(const FeaturePlan& plan, const History& history, Eigen::Index end);

/// Share of the long-run mean that is added to the level, so that a pause in sales leaves a unit.
inline constexpr double kLevelFloor = 0.02;

/// What the covariates of one series say at an origin and ahead of it.
struct CovariateView {
  std::span<const double> past;         ///< last value of each past column
  std::span<const double> past_mean;    ///< recent mean of each past column
  std::span<const double> future;       ///< of each future column at the target
  std::span<const double> future_mean;  ///< recent mean of each future column at the origin
  std::span<const double> fixed;
};

/// One row: the series at `end`, forecast `step` >= 1 steps ahead.
struct RowSite {
  Eigen::Index end = 0;
  Eigen::Index step = 1;
  Bucket target = 0;  ///< bucket of value end + step - 1
};

/// Computes feature rows of a plan in single precision; what is unknown is NaN.
class FeatureWriter {
 public:
  FeatureWriter(const FeaturePlan& plan, const Calendar& calendar);

  Eigen::Index columns() const { return columns_; }
  const FeaturePlan& plan() const { return plan_; }

  /// Fills the columns known at the origin, the first ones.
  void write_origin(const History& history, const Frame& frame, Eigen::Index end,
                    const CovariateView& beside, std::span<float> row) const;

  /// Fills those of the target, the others.
  void write_target(const History& history, const Frame& frame, const RowSite& site,
                    const CovariateView& beside, std::span<float> row) const;

 private:
  const FeaturePlan& plan_;
  const Calendar& calendar_;
  Eigen::Index origin_columns_;
  Eigen::Index columns_;
};

}  // namespace forecart::trees
