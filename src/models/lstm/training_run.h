#pragma once

#include "models/lstm/desk.h"
#include "models/lstm/training_set.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace forecart::lstm {

/// How to train.
struct TrainingOptions {
  int steps = 1500;             ///< updates at most
  std::size_t batch = 256;      ///< windows per update
  double learning_rate = 1e-3;  ///< after a warm-up; falls along half a cosine to 2 %
  double weight_decay = 1e-4;   ///< decoupled [Loshchilov2019]
  double gradient_clip = 1;     ///< greatest norm of a mean gradient [Pascanu2013]
  double average_decay = 0.99;  ///< of the running mean of the weights [Polyak1992]
  int check_every = 50;         ///< updates between looks at the held-out part
  int patience = 12;            ///< looks without a better one before the end
  double last_share = 0;        ///< updates of a last training on everything, of those before it
  std::uint64_t seed = 1;
  unsigned threads = 0;
};

/// What there is to learn from, all of it fixed. Kept by reference while training.
struct Lesson {
  const std::vector<Subject>& subjects;
  Reading reading;
  const Head& head;
  const LossWeights& weights;
};

/// How training went. Weights are running means.
struct TrainingResult {
  net::AlignedVector<float> parameters;
  int steps = 0;        ///< updates made
  int best_step = 0;    ///< after which the weights were best
  double loss = 0;      ///< mean of the training loss since the last look
  double held_out = 0;  ///< held-out loss of the weights; 0 without a held-out part
  bool finite = true;   ///< false: the loss left the finite numbers
};

/// Called at each look with the updates made and the held-out loss.
using LookObserver = std::function<void(int, double)>;

/// Trains on drawn origins; where `held_out` has origins, the weights that are best there are
/// taken. Starts from `start`, or from drawn weights whose outputs are zero. Same bytes for any
/// number of threads.
TrainingResult train(const Lesson& lesson, const OriginSampler& sampler,
                     const std::vector<SubjectOrigin>& held_out,
                     std::optional<net::AlignedVector<float>> start, const TrainingOptions& options,
                     const LookObserver& observer);

}  // namespace forecart::lstm
