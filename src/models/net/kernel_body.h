#pragma once

// The kernels, written once with compiler vector extensions and compiled once per instruction set.
// Included by kernel_*.cpp only: internal linkage, no standard library, no Eigen.

#include "models/net/kernel_gradient.h"
#include "models/net/kernel_lstm.h"
#include "models/net/kernel_product.h"

namespace forecart::net {
namespace {

inline float root(float x) {
  return __builtin_sqrtf(x);
}
inline double root(double x) {
  return __builtin_sqrt(x);
}

template <class Scalar>
void adam_step(const AdamStep& step, const AdamArrays<Scalar>& arrays) {
  const auto beta1 = static_cast<Scalar>(step.beta1);
  const auto beta2 = static_cast<Scalar>(step.beta2);
  const auto rate = static_cast<Scalar>(step.rate);
  const auto correction = static_cast<Scalar>(step.root_correction);
  const auto epsilon = static_cast<Scalar>(step.epsilon);
  const auto decay = static_cast<Scalar>(step.decay);
  const Scalar* __restrict gradient = arrays.gradient;
  const Scalar* __restrict decayed = arrays.decayed;
  Scalar* __restrict mean = arrays.mean;
  Scalar* __restrict square = arrays.square;
  Scalar* __restrict theta = arrays.parameters;
  for (std::size_t i = 0; i < arrays.count; ++i) {
    const Scalar g = gradient[i];
    mean[i] = beta1 * mean[i] + (1 - beta1) * g;
    square[i] = beta2 * square[i] + (1 - beta2) * g * g;
    theta[i] -= decay * decayed[i] * theta[i];
    theta[i] -= rate * mean[i] / (root(square[i]) * correction + epsilon);
  }
}

template <class Traits>
struct Kernels {
  using Scalar = typename Traits::Scalar;
  using P = Products<Traits>;
  using G = Gradients<Traits>;
  using L = LstmKernels<Traits>;
  using R = Register<Scalar, Traits::kLanes>;
  using A = Activation<Scalar, Traits::kLanes>;

  static void sigmoid(std::size_t count, const Scalar* x, Scalar* y) {
    for (std::size_t i = 0; i < count; i += Traits::kLanes) {
      R::store(y + i, A::sigmoid(R::load(x + i)));
    }
  }
  static void tanh(std::size_t count, const Scalar* x, Scalar* y) {
    for (std::size_t i = 0; i < count; i += Traits::kLanes) {
      R::store(y + i, A::tanh(R::load(x + i)));
    }
  }

  static constexpr Kernel<Scalar> table(const char* name) {
    return {name,
            P::kPanel,
            P::pack,
            P::product,
            L::template run<true>,
            L::template run<false>,
            L::gate_gradient,
            G::transpose,
            G::weight_gradient,
            adam_step<Scalar>,
            sigmoid,
            tanh};
  }
};

}  // namespace
}  // namespace forecart::net
