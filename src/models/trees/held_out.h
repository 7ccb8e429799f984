#pragma once

#include "models/trees/error_pool.h"
#include "models/trees/path.h"
#include "models/trees/rows.h"

#include <optional>
#include <vector>

namespace forecart::trees {

/// Origins inside what a fit may look at, counted from the end of each series: forecasts from
/// `before_end[k]` values before it are compared with what came.
struct HeldOut {
  std::vector<Eigen::Index> before_end;  ///< descending, each >= horizon
  Eigen::Index horizon = 1;

  /// Values that a model which is to forecast from these origins may not learn from.
  Eigen::Index values() const { return before_end.empty() ? 0 : before_end.front(); }
};

/// Evenly spaced origins over at most four horizons and a third of the longest series; more of them
/// where there are few series. Nothing where not even one leaves a horizon and a half before it.
std::optional<HeldOut> held_out_origins(const LearningPanel& panel, Eigen::Index horizon);

/// Part of a panel: every so-manieth series, so that about `rows` forecast steps are compared.
std::vector<std::size_t> held_out_subjects(const LearningPanel& panel, const HeldOut& held_out,
                                           Eigen::Index rows);

/// Samples for the first `horizon` steps of every origin of those series.
Samples held_out_samples(const LearningPanel& panel, const HeldOut& held_out,
                         const std::vector<std::size_t>& subjects, Eigen::Index horizon);

/// Number of trees after which the weighted squared error of `rows` is least; it says nothing for
/// certain below a few rows, where all trees stay.
std::size_t best_size(const TreeEnsemble& trees, const TrainingRows& rows, unsigned threads);

/// The forecasts of held-out origins beside what came.
struct HeldOutErrors {
  double score = 0;  ///< mean over series and origins of the root mean square scaled error
  std::vector<ErrorPath> paths;
};
HeldOutErrors held_out_errors(const LearningPanel& panel, const HeldOut& held_out,
                              const std::vector<std::size_t>& subjects,
                              const JointForecaster& forecaster, const FeaturePlan& plan);

/// The series at a position: the last values before it, and what its covariates said until then.
Origin origin_at(const LearningPanel& panel, const Subject& subject, const FeaturePlan& plan,
                 Eigen::Index end);

}  // namespace forecart::trees
