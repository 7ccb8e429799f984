#pragma once

#include "models/series_model.h"

namespace forecart {

struct CountProfileOptions {
  int season = 7;  ///< length of the profile, in steps; 1: none
};

/// Counts around a level that wanders, times a seasonal profile. Given the past, the level is gamma
/// with shape a and rate b, and moves on by a <- delta a + y, b <- delta b + s, where s is the
/// profile's factor [HarveyFernandes1989 sec. 2]; its mean a / b is exponential smoothing of y / s
/// that starts as a plain mean. A count is negative binomial around s times the level with variance
/// m + phi m^2. delta is the likeliest of seven, phi from the moments of the one-step errors, the
/// factors are ratios of observed to expected, drawn to 1 by empirical Bayes. An update is O(1)
/// and keeps delta, phi and the profile. Missing values are skipped. Needs whole numbers >= 0.
/// Derivation: docs/models/intermittent.md.
SeriesModelPtr make_count_profile(CountProfileOptions options);

}  // namespace forecart
