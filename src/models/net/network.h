#pragma once

#include "models/net/head.h"
#include "models/net/recurrence.h"

#include <memory>
#include <span>

namespace forecart::net {

/// A network of any NetworkShape and its gradient by hand-derived back-propagation
/// (docs/models/net.md). Holds scratch memory for one block, so one object serves one thread.
/// The same kernel gives the same bytes, and the outputs of a window do not depend on its
/// neighbours in the block. Instantiated for float, and for double to check gradients.
template <class Scalar>
class Network {
 public:
  /// The kernel must outlive the network.
  Network(const NetworkShape& shape, const Kernel<Scalar>& kernel);

  const ParameterLayout& layout() const { return layout_; }
  const Kernel<Scalar>& kernel() const { return *kernel_; }

  /// Packs the parameters for this network alone. To be called, or `share`, when they have changed.
  void prepare(std::span<const Scalar> parameters);
  /// Uses parameters packed for the same layout and kernel, which must outlive the calls below.
  void share(const PackedParameters<Scalar>& packed) { packed_ = &packed; }

  /// Outputs (outputs, panel).
  void predict(const WindowBlock<Scalar>& block, std::span<Scalar> outputs);
  /// The same and keeps what `backward` needs; a generator drops units as the shape says.
  void forward(const WindowBlock<Scalar>& block, Generator* dropout, std::span<Scalar> outputs);
  /// Adds to `gradient`, laid out as the parameters are, given that by the outputs that `forward`
  /// gave for this block; neither `forward` nor `predict` may come in between.
  void backward(const WindowBlock<Scalar>& block, std::span<const Scalar> output_gradient,
                std::span<Scalar> gradient);

 private:
  ParameterLayout layout_;
  const Kernel<Scalar>* kernel_;
  std::unique_ptr<PackedParameters<Scalar>> own_;  // null while the parameters are shared
  const PackedParameters<Scalar>* packed_ = nullptr;
  Recurrence<Scalar> recurrence_;
  Head<Scalar> head_;
};

extern template class Network<float>;
extern template class Network<double>;

}  // namespace forecart::net
