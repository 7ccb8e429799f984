#pragma once

#include "models/net/packed.h"
#include "models/net/transposed.h"

#include <span>
#include <vector>

namespace forecart::net {

/// Adds A relu(U x_k + V t + b) to the outputs of each forecast step k: what is known beforehand
/// reaches its own step, by the same weights for all of them [Wen2017]. Keeps the scratch memory
/// for one block.
template <class Scalar>
class LocalDecoder {
 public:
  /// The kernel must outlive this.
  LocalDecoder(const ParameterLayout& layout, const Kernel<Scalar>& kernel);

  /// `read` is [t; one], (read + 1, panel); known (horizon, known, panel).
  void add(const PackedParameters<Scalar>& packed, const Scalar* read,
           std::span<const Scalar> known, std::span<Scalar> outputs);

  /// What `backward` needs beside the parameters.
  struct Back {
    std::span<const Scalar> known;
    std::span<const Scalar> output_gradient;
    const Transposed<Scalar>& read;  // [t; one]
  };

  /// After `add`: adds to `gradient` and to that by t (learnt columns only).
  void backward(const PackedParameters<Scalar>& packed, const Back& back,
                std::span<Scalar> gradient, Scalar* read_gradient);

 private:
  void back_through_relu(const PackedParameters<Scalar>& packed,
                         std::span<const Scalar> output_gradient);

  ParameterLayout layout_;
  const Kernel<Scalar>* kernel_;
  std::size_t width_;               // local x panel
  AlignedVector<Scalar> units_;     // (horizon, local, panel)
  AlignedVector<Scalar> gradient_;  // (horizon, local, panel), by the inputs of the units
  AlignedVector<Scalar> sum_;       // (local, panel): V t + b, then its gradient
};

extern template class LocalDecoder<float>;
extern template class LocalDecoder<double>;

}  // namespace forecart::net
