#pragma once

#include "base/frequency.h"

#include <span>
#include <vector>

namespace forecart {

/// What speaks for one season in a series.
struct SeasonEvidence {
  double p_value = 1;  ///< of the profile under a smooth spectrum of any shape
  double share = 0;    ///< of the variance that the profile is expected to take off a new cycle
};

/// Compares the periodogram at the harmonics of `season` with its neighbours there, so that neither
/// a trend nor a random walk nor any smooth autocorrelation counts as a season. Missing values are
/// NaN; harmonics that `known` seasons have are left out. Nothing speaks for a season of which
/// there are fewer than three whole cycles. Derivation and error rates: docs/models/seasonality.md.
SeasonEvidence season_evidence(std::span<const double> values, int season,
                               std::span<const int> known = {});

/// The seasons among `candidates` (steps, >= 2) that the series has, ascending: each is tested on
/// what the shorter ones found leave, and must be significant at .5 % and worth its profile.
std::vector<int> find_seasons(std::span<const double> values, std::vector<int> candidates);

/// As above, with the candidates that the frequency suggests; for a counter, which suggests none,
/// the leading lags of the autocorrelations, at a level that pays for that choice, at most two.
std::vector<int> find_seasons(std::span<const double> values, const Frequency& frequency);

/// Seasons a shop's data may have, in steps, ascending: days and weeks of sub-daily data, weeks and
/// years of days, years of weeks, months and quarters; only whole multiples of the step.
std::vector<int> season_candidates(const Frequency& frequency);

}  // namespace forecart
