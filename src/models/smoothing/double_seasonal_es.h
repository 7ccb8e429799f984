#pragma once

#include "models/series_model.h"

#include <vector>

namespace forecart {

struct DoubleSeasonalOptions {
  /// One or two, ascending, each >= 2; of more the first and the last. Those that a series does not
  /// hold three times are left out.
  std::vector<int> seasons{24, 168};
};

/// Exponential smoothing of a level and one or two additive seasons with an AR(1) departure from
/// them, all moved by the same error e_t [Taylor2003], in logarithms where all values are above
/// zero:
///
///     z_t = l + d_{t mod s1} + w_{t mod s2} + u_t,   u_t = phi u_{t-1} + e_t
///     l += alpha e_t,  d_{t mod s1} += delta e_t,  w_{t mod s2} += omega e_t
///
/// Parameters minimise the mean absolute error several steps ahead, from origins one short season
/// apart in the last two long ones: that is what forecasts are used for, and clearly better than
/// one step ahead. Intervals are Gaussian on the scale, stretched by the errors of the same origins
/// (see interval_stretch). Needs three of the shortest season.
SeriesModelPtr make_double_seasonal_es(DoubleSeasonalOptions options);

}  // namespace forecart
