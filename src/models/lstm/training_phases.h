#pragma once

#include "base/progress.h"
#include "models/lstm/training_run.h"

#include <string>

namespace forecart::lstm {

/// The phases of one training, and what it tells of them. Kept references must outlive it.
class TrainingPhases {
 public:
  TrainingPhases(const Lesson& lesson, const TrainingOptions& options, const TimeBudget& budget,
                 Progress& progress)
      : lesson_(lesson), options_(options), budget_(budget), progress_(progress) {}
  ~TrainingPhases();
  TrainingPhases(const TrainingPhases&) = delete;
  TrainingPhases& operator=(const TrainingPhases&) = delete;

  /// Trains on the part before held-out origins, which tell when to stop.
  TrainingResult before_held_out(Ground ground) const;

  /// Goes on from the best weights on everything, for a share of the updates and at a lower rate.
  /// The first result where that leaves no update, or where it diverges.
  TrainingResult on_everything(const OriginSampler& sampler, const TrainingResult& first) const;

 private:
  void tell(double share, const std::string& note) const;

  const Lesson& lesson_;
  const TrainingOptions& options_;
  const TimeBudget& budget_;
  Progress& progress_;
};

/// Weights whose outputs are zero: the base and its errors.
TrainingResult untrained(const Lesson& lesson, const TrainingOptions& options);

}  // namespace forecart::lstm
