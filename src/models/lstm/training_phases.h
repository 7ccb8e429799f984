#pragma once

#include "base/progress.h"
#include "models/lstm/training_keeper.h"
#include "models/lstm/training_run.h"

#include <optional>
#include <string>

namespace forecart::lstm {

/// What goes on around the phases of a training. Kept by reference, but for the keeper.
struct TrainingCompany {
  const TimeBudget& budget;
  Progress& progress;
  TrainingKeeper* keeper = nullptr;  ///< nothing: the training is not kept
};

/// The phases of one training, and what it tells of them. Kept references must outlive it.
class TrainingPhases {
 public:
  TrainingPhases(const Lesson& lesson, const TrainingOptions& options,
                 const TrainingCompany& company)
      : lesson_(lesson), options_(options), company_(company) {}
  ~TrainingPhases();
  TrainingPhases(const TrainingPhases&) = delete;
  TrainingPhases& operator=(const TrainingPhases&) = delete;

  /// Trains on the part before held-out origins, which tell when to stop; from `start`, which stays
  /// where no update is better, or from scratch.
  TrainingResult before_held_out(Ground ground,
                                 std::optional<net::AlignedVector<float>> start) const;

  /// Goes on from the best weights on everything, for a share of the updates and at a lower rate.
  /// The first result where that leaves no update, or where it diverges.
  TrainingResult on_everything(const OriginSampler& sampler, const TrainingResult& first) const;

 private:
  TrainingSurroundings surroundings() const;
  void tell(double share, const std::string& note) const;

  const Lesson& lesson_;
  const TrainingOptions& options_;
  TrainingCompany company_;
};

/// Weights whose outputs are zero: the base and its errors.
TrainingResult untrained(const Lesson& lesson, const TrainingOptions& options);

}  // namespace forecart::lstm
