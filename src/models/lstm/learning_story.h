#pragma once

#include "base/time_budget.h"
#include "models/lstm/learner.h"
#include "models/lstm/training_run.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace forecart::lstm {

/// How a network came to be, as ledger and explain() tell it. Kept by reference.
struct LearningStory {
  const Learnt& learnt;
  const TrainingResult& first;       ///< the training before what was held out
  int asked = 0;                     ///< updates that it was to make
  std::int64_t earlier_updates = 0;  ///< that it started from; 0: from scratch
  const TimeBudget& budget;
  std::size_t held_out_origins = 0;
  std::int64_t windows = 0;  ///< origins that there were to learn from
  std::size_t series = 0;
};

/// For the ledger of every series; empty where all went as usual.
std::string note_of(const LearningStory& story);

nlohmann::json report_of(const LearningStory& story);

}  // namespace forecart::lstm
