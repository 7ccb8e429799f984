#pragma once

#include "models/lstm/training_set.h"

namespace forecart::lstm {

/// Drawn origins before what is held out, which tell how good forecasts without a network are. Kept
/// by reference.
struct Trial {
  const WindowPlan& plan;
  const std::vector<Subject>& subjects;
  const std::vector<SubjectOrigin>& origins;
};

/// Draws the origins of a trial.
std::vector<SubjectOrigin> trial_origins(const OriginSampler& sampler, std::uint64_t seed);

/// What a forecast missed by at a position, in units of the frame; 0 where nothing is known.
double missed(const Track& track, const Frame& frame, Eigen::Index at, double said);

}  // namespace forecart::lstm
