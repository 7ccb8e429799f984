#include "models/net/network.h"

#include "models/net/denormals.h"

#include <cassert>

namespace forecart::net {

template <class Scalar>
Network<Scalar>::Network(const NetworkShape& shape, const Kernel<Scalar>& kernel)
    : layout_(shape), kernel_(&kernel), recurrence_(layout_, kernel), head_(layout_, kernel) {}

template <class Scalar>
void Network<Scalar>::prepare(std::span<const Scalar> parameters) {
  assert(parameters.size() == layout_.size());
  if (!own_) own_ = std::make_unique<PackedParameters<Scalar>>(layout_, *kernel_);
  own_->pack(parameters);
  packed_ = own_.get();
}

template <class Scalar>
void Network<Scalar>::predict(const WindowBlock<Scalar>& block, std::span<Scalar> outputs) {
  assert(packed_ != nullptr);
  const FlushDenormals flush;
  if (layout_.shape().layers > 0) recurrence_.predict(*packed_, block.features, head_.state());
  head_.forward(*packed_, block, nullptr, outputs);
}

template <class Scalar>
void Network<Scalar>::forward(const WindowBlock<Scalar>& block, Generator* dropout,
                              std::span<Scalar> outputs) {
  assert(packed_ != nullptr);
  const FlushDenormals flush;
  if (layout_.shape().layers > 0) {
    recurrence_.forward(*packed_, block.features, dropout, head_.state());
  }
  head_.forward(*packed_, block, dropout, outputs);
}

template <class Scalar>
void Network<Scalar>::backward(const WindowBlock<Scalar>& block,
                               std::span<const Scalar> output_gradient,
                               std::span<Scalar> gradient) {
  assert(gradient.size() == layout_.size());
  const FlushDenormals flush;
  head_.backward(*packed_, block, output_gradient, gradient);
  if (layout_.shape().layers > 0) {
    recurrence_.backward(*packed_, head_.state_gradient(), gradient);
  }
}

template class Network<float>;
template class Network<double>;

}  // namespace forecart::net
