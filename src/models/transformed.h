#pragma once

#include "models/series_model.h"
#include "series/transform.h"

namespace forecart {

/// The model fitted to transformed values, its forecasts transformed back with bias correction
/// (see back_transform). A lambda that is not given is chosen on the values of each fit, over spans
/// of `season` steps (see fitted_transform). A series outside the transform's domain is not fitted
/// and says why; a later value outside it counts as missing. The name stays the model's; a saved
/// state knows its own transform.
SeriesModelPtr transformed(SeriesModelPtr model, const Transform& transform, int season = 1);

}  // namespace forecart
