#pragma once

#include "evaluation/calibration.h"
#include "models/model.h"

namespace forecart {

/// The same model, whose intervals follow what came of its earlier forecasts: before each update it
/// compares what it says of the new values with them. Means are those of `model`, and intervals as
/// well until an origin has passed. Series of a panel lend each other evidence. The saved state is
/// that of `model` with the scores of every series beside it. With Intervals::model it is `model`.
ModelPtr calibrated(ModelPtr model, Intervals rule);

}  // namespace forecart
