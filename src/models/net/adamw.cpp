#include "models/net/adamw.h"

#include "models/net/denormals.h"

#include <cassert>
#include <cmath>

namespace forecart::net {

template <class Scalar>
AdamW<Scalar>::AdamW(const ParameterLayout& layout, const AdamWOptions& options,
                     const Kernel<Scalar>& kernel)
    : options_(options),
      kernel_(&kernel),
      decayed_(layout.decayed<Scalar>()),
      moments_(2 * layout.size()) {}

template <class Scalar>
void AdamW<Scalar>::step(double learning_rate, std::span<const Scalar> gradient,
                         std::span<Scalar> parameters) {
  const FlushDenormals flush;
  ++steps_;
  const double mean_correction = 1 - std::pow(options_.beta1, steps_);
  const double square_correction = 1 - std::pow(options_.beta2, steps_);
  const AdamStep step{
      learning_rate / mean_correction,  options_.beta1,   options_.beta2,
      1 / std::sqrt(square_correction), options_.epsilon, learning_rate * options_.weight_decay};
  const std::size_t count = decayed_.size();
  assert(gradient.size() == count && parameters.size() == count);
  kernel_->adam(step, {count, gradient.data(), decayed_.data(), moments_.data(),
                       moments_.data() + count, parameters.data()});
}

template <class Scalar>
void AdamW<Scalar>::restore(std::span<const Scalar> moments, int steps) {
  assert(moments.size() == moments_.size());
  moments_.assign(moments.begin(), moments.end());
  steps_ = steps;
}

template class AdamW<float>;
template class AdamW<double>;

}  // namespace forecart::net
