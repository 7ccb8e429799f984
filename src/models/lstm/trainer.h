#pragma once

#include "models/lstm/desk.h"
#include "models/lstm/training_set.h"
#include "models/net/adamw.h"
#include "models/net/packed.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace forecart::lstm {

/// What there is to learn from, all of it fixed. Kept by reference while training.
struct Lesson {
  const std::vector<Subject>& subjects;
  Reading reading;
  const Head& head;
  const LossWeights& weights;
};

/// How weights are moved.
struct TrainerOptions {
  double weight_decay = 1e-4;   ///< decoupled [Loshchilov2019]
  double gradient_clip = 1;     ///< greatest norm of a mean gradient [Pascanu2013]
  double average_decay = 0.99;  ///< of the running mean of the weights [Polyak1992]
  std::uint64_t seed = 1;       ///< of dropout
  unsigned threads = 0;
};

/// Loss and weight of what was learnt from.
struct LossSum {
  double loss = 0;
  double weight = 0;

  void operator+=(const LossSum& other);
  double mean() const;
};

/// Weights that are moved update by update. An update is cut into parts whatever the threads, each
/// adding up its own gradient, and the parts are added in order: the same bytes for any number of
/// threads.
class Trainer {
 public:
  Trainer(const Lesson& lesson, const TrainerOptions& options);

  /// All that an update changes.
  struct Weights {
    net::AlignedVector<float> parameters;
    net::AlignedVector<float> average;  ///< running mean of the parameters
    net::AlignedVector<float> moments;  ///< of AdamW, (2, parameters)
    int updates = 0;
    int adam_steps = 0;  ///< those of them that had something to learn from
  };
  void start(net::AlignedVector<float> parameters);
  Weights weights() const;
  void restore(Weights weights);

  /// One update; the mean loss of its windows.
  double update(const std::vector<SubjectOrigin>& origins, double learning_rate);
  /// Mean loss of the averaged weights.
  double look(const std::vector<SubjectOrigin>& origins);

  const net::AlignedVector<float>& average() const { return average_; }

 private:
  using Panels = std::vector<std::span<const SubjectOrigin>>;

  Panels panels(std::span<const SubjectOrigin> origins) const;
  template <class Body>
  void over_parts(std::span<const SubjectOrigin> origins, const Body& body);
  void fill(Desk& desk, std::span<const SubjectOrigin> origins) const;
  void learn(std::size_t part, std::span<const SubjectOrigin> origins);
  LossSum summed() const;
  void descend(net::AlignedVector<float>& gradient, double weight, double learning_rate);

  const Lesson& lesson_;
  TrainerOptions options_;
  const net::Kernel<float>& kernel_;
  net::ParameterLayout layout_;
  net::PackedParameters<float> packed_;
  std::vector<net::AlignedVector<float>> gradients_;  // (parts)
  std::vector<LossSum> sums_;                         // (parts)
  net::AdamW<float> adam_;
  std::vector<std::unique_ptr<Desk>> desks_;  // (parts)
  net::AlignedVector<float> parameters_;
  net::AlignedVector<float> average_;
  int updates_ = 0;
};

}  // namespace forecart::lstm
