#pragma once

#include "evaluation/combination.h"
#include "evaluation/trials.h"
#include "models/model.h"

#include <vector>

namespace forecart {

struct EnsembleOptions {
  Combination rule = Combination::automatic;
  OriginPlan plan;  ///< of the trials inside what it is fitted to, from which weights start
};

/// The members combined, named "Ensemble". Weights come from earlier origins only: those inside
/// what it is fitted to, and those that it has watched its members forecast since. A single series
/// that nothing is known of has equal ones (see combination_weights). Needs a member.
ModelPtr make_ensemble(std::vector<ModelPtr> members, const EnsembleOptions& options);

}  // namespace forecart
