#pragma once

#include "models/rolling_choice.h"
#include "models/sarima/auto_arima.h"
#include "series/transform.h"

#include <optional>
#include <vector>

namespace forecart {

/// What an AutoARIMA may choose from on rolling origins.
struct ArimaVariety {
  std::vector<int> seasons{1};           ///< in steps, ascending; at least one
  std::optional<Transform> transform{};  ///< nothing: none and log
  std::vector<FourierPeriod> fourier{};
  bool refuse_near_unit_roots = false;
  Eigen::Index horizon = 24;  ///< that forecasts will be made for
};

/// Every season on every scale, the shortest season first. Seasons beyond the shortest must be
/// found by find_seasons; one above 200 steps, too long for a seasonal part, stands as three
/// harmonics beside the shortest, or alone where that is as long. Where the shortest is longer than
/// a year of weeks a model without season is tried too. A year of weeks has seasonal
/// autoregressions, beside two regular ones and a moving average, but no seasonal moving average,
/// and its logarithms are differenced once at most. Measured on M4 hourly and weekly:
/// docs/accuracy.md.
std::vector<Variant> arima_variants(const ArimaVariety& variety);

/// The origins to compare them on: two, a season or a horizon apart, or as many as score 24 values;
/// at most two seasons or 48 steps ahead.
RollingOptions arima_origins(const ArimaVariety& variety);

}  // namespace forecart
