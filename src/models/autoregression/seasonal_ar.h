#pragma once

#include "models/series_model.h"
#include "series/transform.h"

#include <optional>
#include <vector>

namespace forecart {

struct SeasonalArOptions {
  std::vector<int> seasons{24, 168};  ///< ascending, each >= 2; empty for none
  /// none, log or sqrt; nothing: log where all values are above zero, else none.
  std::optional<Transform> scale{};
};

/// The lags that suit seasons: 1 to 4, and from one before to two after each season; ascending.
std::vector<int> seasonal_lags(const std::vector<int>& seasons);

/// Ridge autoregression on seasonal lags and a profile of the shortest season, recent values
/// weighing more: one small solve per series, and a state that moves on in O(lags). Forecasts are
/// iterated and kept within half a range of the values seen; means are corrected for the bias of
/// the scale. Intervals are Gaussian on the scale, from the psi weights, stretched by what errors
/// at origins that were not fitted to show; a value missing at the end stands as forecast and
/// widens them. Left out are the shortest season where the series does not hold it three times, and
/// longer ones that it does not hold one and a half times. Needs 12 known values.
/// docs/models/autoregression.md derives it and tells where the numbers come from.
SeriesModelPtr make_seasonal_ar(SeasonalArOptions options);

}  // namespace forecart
