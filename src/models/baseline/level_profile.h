#pragma once

#include "models/series_model.h"

namespace forecart {

struct LevelProfileOptions {
  int season = 24;            ///< length of the profile, in steps
  int level_window = 168;     ///< the level is that of the last so many steps
  int profile_window = 7200;  ///< the profile is that of the last so many steps
  int error_origins = 672;    ///< intervals come from the errors at the last so many origins

  /// Windows that suit a frequency: a week of level for sub-daily data, four weeks for daily, a
  /// quarter for weekly, a year for monthly; profiles of 300 seasons.
  static LevelProfileOptions for_frequency(const Frequency& frequency, int season);
};

/// Recent level times seasonal profile, in ratio form: with b_i the mean at place i of the season
/// over the profile window, level l = sum y / sum b over the level window, and the forecast is
/// l b_i. Places follow the civil clock (Calendar::season_position). For sales that jump with
/// campaigns and months while the shape of the day stays, this is hard to beat.
///
/// Intervals: errors at the origins of the later half of the history, each with level and profile
/// as known there, divided by the square root of their forecast (counts vary with their mean; at
/// least that of a tenth of the level) and scaled by that of the new one; plain errors where values
/// may be negative. Where origins are few the errors of all steps are pooled, and stretched by
/// (n + 1) / (n - 1) for n known targets. Needs two seasons of known values.
SeriesModelPtr make_level_profile(LevelProfileOptions options);

}  // namespace forecart
