#pragma once

#include "models/series_model.h"

namespace forecart {

/// The last value for ever; one-step errors of a random walk.
SeriesModelPtr make_naive();

/// The last season for ever: y_{n+h} = y_{n+h-s(floor((h-1)/s)+1)} [HyndmanAthanasopoulos2021
/// sec. 5.2]; variance sigma^2 (floor((h-1)/s)+1) (sec. 5.5). A missing value is stood for by the
/// latest known one of its place in the season. Needs more than `season` values.
SeriesModelPtr make_seasonal_naive(int season);

}  // namespace forecart
