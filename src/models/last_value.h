#pragma once

#include "models/series_model.h"

namespace forecart {

/// The last known value, 0 where there is none, with the variance of a count of that mean:
/// "LastValue". What even a fallback cannot use is forecast by it, as it never refuses a series.
SeriesModelPtr make_last_value();

}  // namespace forecart
