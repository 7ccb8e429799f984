#pragma once

#include "models/series_model.h"

#include <vector>

namespace forecart {

/// Which past values a forecast is made of.
enum class SeasonalRule {
  median,        ///< of the last three values at the same place of the season
  level_change,  ///< the value a season ago plus .8 of how far the level moved since
  same_growth,   ///< how the series went on from here in the last six seasons, shrunk k / (k + 1)
};

/// A forecast straight from values a season and more ago, in logarithms where all are above zero
/// and as they are elsewhere. With z the values, n of them, s the season and level L_t the mean of
/// the last w values at t:
///
///     median        z_{n+k} = median of z_{n+k-js}, j = 1, 2, 3
///     level_change  z_{n+k} = z_{n+k-s} + .8 (L_n - L_{n-s})
///     same_growth   z_{n+k} = z_n + c / (c + 1) mean_j (z_{n+k-js} - z_{n-js}), j = 1 .. c <= 6
///
/// Of `seasons` (ascending, each >= 2) the longest is used that a series holds twice, for the
/// median three times; the shortest else. w is s up to 24, beyond it the multiple of the season
/// before (or of 1) nearest to s / 13. A second season ahead takes the change of the first along.
/// Missing values are stood for by what the rule says. Intervals come from errors at past origins,
/// whole paths, so draws keep how they depend on each other. Needs a season (and the window) and a
/// quarter of known values. Names: SeasonalMedian, SeasonalGrowth.
SeriesModelPtr make_seasonal_rule(SeasonalRule rule, std::vector<int> seasons);

}  // namespace forecart
