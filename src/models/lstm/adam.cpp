#include "models/lstm/adam.h"

#include <cmath>

namespace forecart::lstm {

template <class Scalar>
void Adam<Scalar>::step(double learning_rate, std::span<const Scalar> gradient,
                        std::span<Scalar> parameters) {
  ++steps_;
  const double mean_correction = 1 - std::pow(options_.beta1, steps_);
  const double square_correction = 1 - std::pow(options_.beta2, steps_);
  const AdamStep step{learning_rate / mean_correction, options_.beta1, options_.beta2,
                      1 / std::sqrt(square_correction), options_.epsilon};
  kernel_->adam(gradient.size(), step, gradient.data(), moments_.data(), parameters.data());
}

template class Adam<float>;
template class Adam<double>;

}  // namespace forecart::lstm
