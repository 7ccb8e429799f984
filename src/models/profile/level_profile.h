#pragma once

#include "models/series_model.h"

namespace forecart {

struct LevelProfileOptions {
  int season = 24;  ///< length of the profile, in steps; 1: none
  /// Stands in for a series of which nothing is known yet.
  SeriesModelPtr fallback;
};

/// Recent level times profile, for a whole panel: the mean of series s in bucket t is
///   level_s x product over the cycles of the calendar of factor_{s, place(t)},
/// the cycles being the season, the weekday and, from two years of history on, the month. Factors
/// of all series are estimated together: those of a series are drawn to those of the series it
/// shares a dimension of its id with ("city=Boston/product=Cable"), these to those of all, and all
/// to 1, each by as much as its noise asks for, so that an item with a sale a week has a usable
/// hour of day. The level is a mean of sum y / sum factor over several windows, weighed, for the
/// panel, by their errors at rolling origins inside the history. Any series with a known value is
/// forecast; missing values are missing, not zero. Derivation: docs/models/level_profile.md.
///
/// The predictive distribution is that of counts (negative binomial), of values that are never
/// negative (gamma) or of any (normal), with the noise and the uncertainty of the level that the
/// errors at the origins show. An update moves the level on; factors, window and noise stay.
ModelPtr make_level_profile(LevelProfileOptions options);

}  // namespace forecart
