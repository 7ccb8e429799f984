#pragma once

#include "models/series_model.h"

namespace forecart {

/// The mean of all known values; needs one.
SeriesModelPtr make_historic_average();

/// The mean of the last `window` known values. Takes any series, even an empty one (forecast 0), so
/// it serves as the fallback of other models.
SeriesModelPtr make_window_average(int window);

}  // namespace forecart
