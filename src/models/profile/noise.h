#pragma once

#include "models/profile/level_choice.h"

#include <vector>

namespace forecart {

/// How far values lie from level times factor: variance index f around a known level, and the
/// relative variance of the level ahead.
struct SeriesNoise {
  double index = 1;
  double level_variance = 0;
};

/// What is known of one series for it: errors at origins, errors of the whole history around its
/// mean level, and how many values stand behind the level at the end.
struct NoiseEvidence {
  ErrorSums at_origins;
  ErrorSums in_sample;
  double level = 0;
  double support = 0;
};

struct PanelNoise {
  std::vector<SeriesNoise> series;
  double excess = 0;  ///< mean over the series of what the level varies beyond its estimate
};

/// Errors of the values around the mean level, allowing for that being estimated.
ErrorSums in_sample_errors(const ScaledSeries& series, const Factors& factors,
                           const PlaceTable& places);

/// Noise of every series by moments: with e the errors at origins,
///   E sum e^2 = index sum f + v sum f^2,  E (sum e)^2 = index sum f + v (sum f)^2,
/// so that errors of one origin that go together are the level's. v is that of an estimated level,
/// index / (level support), plus an excess that is drawn to the mean excess of the panel.
PanelNoise estimate_noise(const std::vector<NoiseEvidence>& evidence);

/// The same of one series whose panel has this mean excess.
SeriesNoise noise_of(const NoiseEvidence& evidence, double excess);

}  // namespace forecart
