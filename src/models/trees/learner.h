#pragma once

#include "models/trees/error_pool.h"
#include "models/trees/feature_plan.h"
#include "models/trees/gradient_boosted_trees.h"
#include "models/trees/path.h"
#include "models/trees/rows.h"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <vector>

namespace forecart::trees {

/// All that forecasts of a panel need beside its last values. Immutable once learnt.
struct Learnt {
  Strategy strategy = Strategy::direct;
  std::vector<Forest> forests;  ///< at least one; of both strategies the direct one first
  ErrorPool errors;
  nlohmann::json report;  ///< how it was learnt, for explain() and the ledger

  /// The columns of the first forest; all share covariates, level, spread and lookback.
  const FeaturePlan& plan() const { return forests.front().plan; }
};

nlohmann::json save_learnt(const Learnt& learnt);
/// Throws Error bad_data, or nlohmann's exception for a missing part.
std::shared_ptr<const Learnt> load_learnt(const nlohmann::json& state);

/// Trees, or why there are none.
struct LearningOutcome {
  std::shared_ptr<const Learnt> learnt;
  std::string refusal;
};

/// Trains on the part before held-out origins, which tell the strategy, the number of trees and the
/// errors; then on everything. Throws Error unavailable where XGBoost cannot be loaded.
LearningOutcome learn(const LearningPanel& panel, const FeaturePlan& plan,
                      const TreesOptions& options, const FitOptions& fit);

}  // namespace forecart::trees
