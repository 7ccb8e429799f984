#pragma once

#include "models/series_model.h"

namespace forecart {

/// A model fitted to the series without the figure of one long season (see seasonal_figure), which
/// then comes back: for weeks with a year of 52, where the season is known from few cycles and a
/// model of the rest would not see it. The figure multiplies where all values are above zero, is
/// added elsewhere, and stays as estimated until the next fit. The name stays the model's.
SeriesModelPtr seasonally_adjusted(SeriesModelPtr model, int season);

}  // namespace forecart
