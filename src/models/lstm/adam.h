#pragma once

#include "models/lstm/aligned.h"
#include "models/lstm/kernel.h"

#include <cstddef>
#include <span>

namespace forecart::lstm {

/// Settings of Adam, with the defaults of the paper [KingmaBa2015 algorithm 1].
struct AdamOptions {
  double learning_rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
};

/// Adam over one flat parameter vector: theta -= alpha m^ / (sqrt(v^) + epsilon).
template <class Scalar>
class Adam {
 public:
  Adam(std::size_t parameters, const AdamOptions& options, const Kernel<Scalar>& kernel)
      : options_(options), kernel_(&kernel), moments_(2 * parameters) {}

  /// One step at `learning_rate`; both spans hold as many numbers as the constructor said.
  void step(double learning_rate, std::span<const Scalar> gradient, std::span<Scalar> parameters);

 private:
  AdamOptions options_;
  const Kernel<Scalar>* kernel_;
  AlignedVector<Scalar> moments_;  // (2, parameters)
  int steps_ = 0;
};

extern template class Adam<float>;
extern template class Adam<double>;

}  // namespace forecart::lstm
