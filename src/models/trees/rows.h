#pragma once

#include "models/trees/booster.h"
#include "models/trees/covariate_state.h"
#include "models/trees/features.h"
#include "series/panel.h"

#include <cstdint>
#include <vector>

namespace forecart::trees {

/// A series as far as a fit may look: its values from the first known one on, cut at an end.
struct Subject {
  SeriesView series;
  double roughness = 0;  ///< root mean square of its steps, from the first value that is not 0
};

/// The panel a model learns from. Views into it stay valid while the panel lives.
struct LearningPanel {
  const Calendar& calendar;
  const Covariates& covariates;
  std::vector<Subject> subjects;
  unsigned threads = 0;
};

/// A place to learn from: the series at `end`, and the value `step` ahead.
struct Sample {
  std::int32_t end = 0;
  std::int32_t step = 1;
};

/// Samples of each series, ordered by end and step.
using Samples = std::vector<std::vector<Sample>>;

/// What may be drawn: targets up to `held_out` values before the end of each series, 1 to `horizon`
/// steps ahead, at most `budget` of them in all.
struct DrawOptions {
  Eigen::Index held_out = 0;
  Eigen::Index horizon = 1;
  std::int64_t budget = 1;
  std::uint64_t seed = 1;
};

/// Samples and how many there were to choose from.
struct Draw {
  Samples samples;
  std::int64_t drawn = 0;
  std::int64_t available = 0;
};

/// Draws from each series in proportion to what it has, one from each of equal strata, so that
/// recent and old, near and far are all there. The same seed gives the same draw.
Draw draw_samples(const LearningPanel& panel, const DrawOptions& options);

/// Features, targets and weights of samples, one row each, in order. Targets are normal values; the
/// weight is scale over roughness, so that the deviance counts as squared errors in units of the
/// scaled error do; rows without a frame have weight 0. Weights have mean 1.
TrainingRows make_rows(const LearningPanel& panel, const FeatureWriter& writer,
                       const Samples& samples);

/// Value of a subject's roughness; 0 where no two known values are neighbours.
double roughness_of(std::span<const double> values);

}  // namespace forecart::trees
