#pragma once

#include "base/time_budget.h"
#include "models/lstm/pace.h"
#include "models/lstm/trainer.h"

#include <functional>
#include <optional>
#include <vector>

namespace forecart::lstm {

/// How to train.
struct TrainingOptions {
  int steps = 1500;             ///< updates at most
  std::size_t batch = 256;      ///< windows per update
  double learning_rate = 1e-3;  ///< after a warm-up; falls along half a cosine to 2 %
  int check_every = 50;         ///< updates between looks at the held-out part
  int patience = 12;            ///< looks without a better one before the end
  double last_share = 0;        ///< updates of a last training on everything, of those before it
  int least_last = 0;           ///< updates of that training at least
  TrainerOptions trainer;       ///< its seed is also that of the windows drawn
};

/// What a training learns from, and where it is looked at.
struct Ground {
  OriginSampler sampler;
  std::vector<SubjectOrigin> held_out;
};

/// How training went. Weights are running means.
struct TrainingResult {
  net::AlignedVector<float> parameters;
  int steps = 0;        ///< updates made
  int planned = 0;      ///< updates that were to be made at most
  int best_step = 0;    ///< after which the weights were best; 0: as they were at the start
  double loss = 0;      ///< mean of the training loss since the last look
  double held_out = 0;  ///< held-out loss of the weights; 0 without a held-out part
  bool finite = true;   ///< false: the loss left the finite numbers
  bool bound = false;   ///< there was no time for all updates
};

/// All of a training at a look: what it goes on from after an interruption, to the same bytes.
struct TrainingState {
  Trainer::Weights weights;
  Pace::State pace;
  TrainingResult best;
  std::optional<double> start_held_out{};  ///< held-out loss of the start, where it is compared
  double spent = 0;                        ///< seconds of a limited time
};

/// How far a training is.
struct TrainingMoment {
  int step = 0;
  int planned = 0;
  double share = 0;
  std::optional<double> held_out;  ///< at the last look
};

/// What goes on around a training. The functions may be empty.
struct TrainingSurroundings {
  std::optional<net::AlignedVector<float>> start{};  ///< else drawn weights whose outputs are zero
  std::optional<TrainingState> resumed{};            ///< goes on from there
  bool compares_start = false;  ///< the start is taken where nothing is better on what is held out
  TimeBudget budget{};          ///< a limit compares the start too
  std::function<void(const TrainingMoment&)> observe{};  ///< after each update and look
  std::function<void(const TrainingState&)> keep{};      ///< after each look that is not the last
};

/// Trains on drawn origins; where there are held-out ones, the weights that are best there are
/// taken. Same bytes for any number of threads, unless time is limited: then there are fewer
/// updates, as many as there is time for with looks, and a last training of their share; the
/// weights are the start's where no update was better, or where there was no time for one.
TrainingResult train(const Lesson& lesson, const Ground& ground, const TrainingOptions& options,
                     TrainingSurroundings around);

}  // namespace forecart::lstm
