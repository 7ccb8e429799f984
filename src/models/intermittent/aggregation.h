#pragma once

#include "models/series_model.h"

namespace forecart {

/// ADIDA: demand summed over blocks of the mean interval between demands, counted back from the
/// end, smoothed with the best alpha in [.1, .3], and divided by the length of a block
/// [Nikolopoulos2011]. Missing periods are as if they were not there; needs values that are never
/// negative. Predictive distribution: CompoundDemand.
SeriesModelPtr make_adida();

/// IMAPA: the mean of such forecasts over all block lengths from one period to the mean interval
/// [Petropoulos2015].
SeriesModelPtr make_imapa();

}  // namespace forecart
