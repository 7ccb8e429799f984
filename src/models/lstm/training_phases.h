#pragma once

#include "base/progress.h"
#include "models/lstm/training_run.h"

#include <vector>

namespace forecart::lstm {

/// What a training learns from, and where it is looked at.
struct Ground {
  OriginSampler sampler;
  std::vector<SubjectOrigin> held_out;
};

/// Trains on the part before held-out origins, which tell when to stop.
TrainingResult train_before_held_out(const Lesson& lesson, const Ground& before,
                                     const TrainingOptions& options, Progress& progress);

/// Goes on from the best weights on everything, for a share of the updates and at a lower rate. The
/// first result where that leaves no update, or where it diverges.
TrainingResult train_on_everything(const Lesson& lesson, const OriginSampler& sampler,
                                   const TrainingResult& first, TrainingOptions options);

/// Weights whose outputs are zero: the base and its errors.
TrainingResult untrained(const Lesson& lesson, const TrainingOptions& options);

}  // namespace forecart::lstm
