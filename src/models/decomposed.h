#pragma once

#include "models/series_model.h"

#include <vector>

namespace forecart {

/// MSTL with a model on the rest: the seasons are taken off by STL one after the other (see mstl),
/// `model` forecasts what is left, and every season goes on as in its last cycle [Bandara2021].
/// Additive: put `transformed` around it where seasons multiply. New values move the model on over
/// what is left of them; whenever a cycle of the shortest season has come, the seasons are taken
/// anew from the last cycles of the longest that STL reaches from there. Intervals are the model's.
/// `seasons` are ascending, each >= 2; those of which a series holds no more than two are left out.
/// The name is "MSTL".
SeriesModelPtr make_decomposed(SeriesModelPtr model, std::vector<int> seasons);

}  // namespace forecart
