#pragma once

#include "models/model.h"

namespace forecart {

/// Weighted combination of models, quantile by quantile (see `average`). Weights come from earlier
/// origins only: before every update the members forecast what the update brings, and weights are
/// inverse squared errors [BatesGranger1969], shrunk towards equal ones while there is little
/// evidence: w = (1 - l) / m + l inv^2, l = points / (points + 96). Fresh from a fit they are
/// equal, unless inherited. Needs at least one member; the name is "Ensemble".
ModelPtr make_ensemble(std::vector<ModelPtr> members);

}  // namespace forecart
