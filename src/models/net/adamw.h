#pragma once

#include "models/net/aligned.h"
#include "models/net/kernel.h"
#include "models/net/layout.h"

#include <cstddef>
#include <span>

namespace forecart::net {

/// Settings of AdamW; the moments with the defaults of [KingmaBa2015 algorithm 1].
struct AdamWOptions {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0.01;  ///< per step and unit of learning rate; not of biases, embeddings
};

/// Adam with decoupled weight decay [Loshchilov2019 algorithm 2], as PyTorch has it:
/// theta -= alpha lambda theta, then theta -= alpha m^ / (sqrt(v^) + epsilon).
template <class Scalar>
class AdamW {
 public:
  /// The kernel must outlive this.
  AdamW(const ParameterLayout& layout, const AdamWOptions& options, const Kernel<Scalar>& kernel);

  /// One step at `learning_rate`; both spans are laid out as the layout says.
  void step(double learning_rate, std::span<const Scalar> gradient, std::span<Scalar> parameters);

  /// For a checkpoint: running means of the gradient, then of its squares, (2, parameters).
  std::span<const Scalar> moments() const { return moments_; }
  int steps() const { return steps_; }
  /// Goes on from a checkpoint; `moments` has the size `moments()` has.
  void restore(std::span<const Scalar> moments, int steps);

 private:
  AdamWOptions options_;
  const Kernel<Scalar>* kernel_;
  AlignedVector<Scalar> decayed_;
  AlignedVector<Scalar> moments_;
  int steps_ = 0;
};

extern template class AdamW<float>;
extern template class AdamW<double>;

}  // namespace forecart::net
