#pragma once

#include "models/lstm/adam.h"
#include "models/lstm/network.h"
#include "models/lstm/window_source.h"

#include <cstddef>
#include <functional>
#include <vector>

namespace forecart::lstm {

/// How to train; see LstmOptions for meanings.
struct TrainingOptions {
  std::size_t batch = 32;
  std::size_t epoch_windows = 2000;
  int max_epochs = 12;
  int patience = 5;
  double learning_rate = 3e-3;
  double gradient_clip = 1;
  double average_decay = 0.99;
};

/// What training found: the averaged weights of the best epoch and how it went.
struct Training {
  AlignedVector<float> parameters;
  int epochs = 0;            ///< epochs run
  int best_epoch = 0;        ///< the one whose weights are kept, from 1
  double training_loss = 0;  ///< mean squared error in encoded units, at the best epoch
  double held_out_loss = 0;
  bool finite = true;  ///< false: the loss left the finite numbers, parameters are unusable
  bool stopped_early = false;
};

/// Called after each epoch with its number from 1 and its held-out loss.
using EpochObserver = std::function<void(int, double)>;

/// Trains on origins in [window, split) and stops by the loss on [split, end).
Training train(const WindowSource& source, std::size_t split, std::size_t end,
               const TrainingOptions& options, Network<float>& network, Generator& generator,
               const EpochObserver& observer);

}  // namespace forecart::lstm
