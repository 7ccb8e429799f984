#include "models/net/local_decoder.h"

#include <algorithm>

namespace forecart::net {

template <class Scalar>
LocalDecoder<Scalar>::LocalDecoder(const ParameterLayout& layout, const Kernel<Scalar>& kernel)
    : layout_(layout),
      kernel_(&kernel),
      width_(layout.shape().local * kernel.panel),
      units_(layout.shape().horizon * width_),
      sum_(width_) {}

template <class Scalar>
void LocalDecoder<Scalar>::add(const PackedParameters<Scalar>& packed, const Scalar* read,
                               std::span<const Scalar> known, std::span<Scalar> outputs) {
  const NetworkShape& shape = layout_.shape();
  multiply(*kernel_, packed.local_state(), read, sum_.data());
  for (std::size_t k = 0; k < shape.horizon; ++k) {
    Scalar* units = units_.data() + k * width_;
    std::copy(sum_.begin(), sum_.end(), units);
    multiply(*kernel_, packed.local_known(), known.data() + k * shape.known * kernel_->panel, units,
             true);
    for (std::size_t i = 0; i < width_; ++i) units[i] = units[i] < 0 ? Scalar{0} : units[i];
    multiply(*kernel_, packed.local_output(), units,
             outputs.data() + k * shape.per_step * kernel_->panel, true);
  }
}

template <class Scalar>
void LocalDecoder<Scalar>::back_through_relu(const PackedParameters<Scalar>& packed,
                                             std::span<const Scalar> output_gradient) {
  const NetworkShape& shape = layout_.shape();
  gradient_.resize(units_.size());
  std::fill(sum_.begin(), sum_.end(), Scalar{0});
  for (std::size_t k = 0; k < shape.horizon; ++k) {
    Scalar* dz = gradient_.data() + k * width_;
    const Scalar* units = units_.data() + k * width_;
    multiply_back(*kernel_, packed.local_output(),
                  output_gradient.data() + k * shape.per_step * kernel_->panel, dz);
    for (std::size_t i = 0; i < width_; ++i) {
      dz[i] = units[i] > 0 ? dz[i] : Scalar{0};
      sum_[i] += dz[i];
    }
  }
}

template <class Scalar>
void LocalDecoder<Scalar>::backward(const PackedParameters<Scalar>& packed, const Back& back,
                                    std::span<Scalar> gradient, Scalar* read_gradient) {
  const NetworkShape& shape = layout_.shape();
  back_through_relu(packed, back.output_gradient);
  Transposed<Scalar> units(*kernel_, shape.local, shape.horizon);
  Transposed<Scalar> known(*kernel_, shape.known, shape.horizon);
  units.read(units_.data(), shape.horizon);
  known.read(back.known.data(), shape.horizon);
  units.add_gradient(layout_.local_output(), back.output_gradient.data(), gradient);
  known.add_gradient(layout_.local_known(), gradient_.data(), gradient);
  back.read.add_gradient(layout_.local_state(), sum_.data(), gradient);
  multiply_back(*kernel_, packed.local_state(), sum_.data(), read_gradient, true);
}

template class LocalDecoder<float>;
template class LocalDecoder<double>;

}  // namespace forecart::net
