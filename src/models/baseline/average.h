#pragma once

#include "models/series_model.h"

namespace forecart {

/// The mean of all known values; needs two, as one says nothing of their spread.
SeriesModelPtr make_historic_average();

/// The mean of the last `window` known values. Takes any series, even an empty one (forecast 0), so
/// it serves as the fallback of other models. Intervals are Gaussian with the mean square of the
/// one-step errors; before the first error is known, with the variance of a Poisson of that mean.
SeriesModelPtr make_window_average(int window);

}  // namespace forecart
