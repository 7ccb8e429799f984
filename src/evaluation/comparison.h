#pragma once

#include "series/forecast.h"
#include "series/panel.h"

#include <Eigen/Core>

namespace forecart {

/// Updates longer than this are compared with forecasts on their first steps only.
inline constexpr Eigen::Index kLongestCompared = 168;

/// Steps over which what a panel brings is compared with forecasts; 0 where it brings nothing.
Eigen::Index compared_steps(const Panel& recent);

/// Value of a series in a bucket; NaN outside of it.
double value_in(const SeriesView& series, Bucket bucket);

/// Values of a series over the steps of a forecast (h); NaN where none is known.
Eigen::VectorXd values_beside(const SeriesView& came, const SeriesForecast& said);

/// Those less the means of the forecast (h).
Eigen::VectorXd errors_beside(const SeriesView& came, const SeriesForecast& said);

}  // namespace forecart
