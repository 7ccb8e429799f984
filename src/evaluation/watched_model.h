#pragma once

#include "models/model.h"

namespace forecart {

/// The same model, which notes how its forecasts do: before each update it compares what it says of
/// the new values with them, and its ledger rows carry what it saw of each series since its last
/// estimate (Watch). After a refit the state that was replaced goes on beside the new one for
/// kShadowed updates, so that the rows tell what the refit bought. Nothing else changes; the saved
/// state is that of `model` with the watches beside it, and the replaced state while it lasts.
ModelPtr watched(ModelPtr model);

inline constexpr Eigen::Index kShadowed = 10;

}  // namespace forecart
