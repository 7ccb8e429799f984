#include "models/net/head.h"

#include "models/net/dropout.h"

#include <algorithm>
#include <cassert>

namespace forecart::net {

template <class Scalar>
Head<Scalar>::Head(const ParameterLayout& layout, const Kernel<Scalar>& kernel)
    : layout_(layout),
      kernel_(&kernel),
      state_size_(layout.shape().state() * kernel.panel),
      embedded_size_(layout.shape().embedded() * kernel.panel),
      trunk_size_(layout.shape().trunk * kernel.panel),
      base_((layout.shape().base() + 1) * kernel.panel),
      layers_(layout.shape().trunk_layers) {
  std::fill(base_.end() - static_cast<std::ptrdiff_t>(kernel.panel), base_.end(), Scalar{1});
  for (TrunkLayer& layer : layers_) {
    layer.active.resize(trunk_size_);
    layer.values.assign(trunk_size_ + kernel.panel, 1);
  }
  if (layout.shape().local > 0) local_.emplace_back(layout, kernel);
}

template <class Scalar>
void Head<Scalar>::load(const PackedParameters<Scalar>& packed, const WindowBlock<Scalar>& block) {
  const std::size_t panel = kernel_->panel;
  Scalar* to = base_.data() + state_size_;
  for (std::size_t e = 0; e < layout_.shape().embeddings.size(); ++e) {
    const Embedding& embedding = layout_.shape().embeddings[e];
    const Scalar* table = packed.embedding(e).data();
    for (std::size_t b = 0; b < panel; ++b) {
      const auto code = static_cast<std::size_t>(block.codes[e * panel + b]);
      assert(code < embedding.categories);
      for (std::size_t i = 0; i < embedding.size; ++i) {
        to[i * panel + b] = table[code * embedding.size + i];
      }
    }
    to += embedding.size * panel;
  }
  std::copy(block.flat.begin(), block.flat.end(), to);
}

/// s in place, because nothing but the trunk reads it; units of the trunk in a copy, because the
/// residual keeps them whole.
template <class Scalar>
void Head<Scalar>::drop(std::size_t layer, Generator& generator) {
  AlignedVector<Scalar>& mask = layers_[layer].mask;
  mask.resize(layer == 0 ? state_size_ : trunk_size_);
  draw_mask<Scalar>(layout_.shape().dropout, generator, mask);
  if (layer > 0) layers_[layer].read = layers_[layer - 1].values;
  Scalar* units = read(layer);
  for (std::size_t i = 0; i < mask.size(); ++i) units[i] *= mask[i];
}

template <class Scalar>
void Head<Scalar>::run_layer(const PackedMatrix<Scalar>& matrix, std::size_t layer) {
  Scalar* active = layers_[layer].active.data();
  multiply(*kernel_, matrix, read(layer), active);
  Scalar* values = layers_[layer].values.data();
  const Scalar* before = below(layer);
  for (std::size_t i = 0; i < trunk_size_; ++i) {
    active[i] = active[i] < 0 ? Scalar{0} : active[i];
    values[i] = layer == 0 ? active[i] : before[i] + active[i];
  }
}

template <class Scalar>
void Head<Scalar>::forward(const PackedParameters<Scalar>& packed, const WindowBlock<Scalar>& block,
                           Generator* dropout, std::span<Scalar> outputs) {
  load(packed, block);
  masked_ = dropout != nullptr && layout_.shape().dropout > 0;
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
    if (masked_) drop(layer, *dropout);
    run_layer(packed.trunk(layer), layer);
  }
  const Scalar* t = below(layers_.size());
  multiply(*kernel_, packed.output(), t, outputs.data());
  multiply(*kernel_, packed.skip(), base_.data() + state_size_, outputs.data(), true);
  for (auto& local : local_) local.add(packed, t, block.known, outputs);
}

template <class Scalar>
void Head<Scalar>::read_transposed() {
  if (transposed_.empty()) {
    const NetworkShape& shape = layout_.shape();
    for (std::size_t layer = 0; layer <= layers_.size(); ++layer) {
      transposed_.emplace_back(*kernel_, (layer == 0 ? shape.base() : shape.trunk) + 1, 1);
    }
    flow_.resize(std::max(state_size_ + embedded_size_, trunk_size_));
    gradient_.resize(trunk_size_);
    passed_.resize(trunk_size_);
  }
  for (std::size_t layer = 0; layer <= layers_.size(); ++layer) {
    transposed_[layer].read(read(layer), 1);
  }
}

/// From the gradient by what the layer gave to that by what it read, both in `flow_`.
template <class Scalar>
void Head<Scalar>::layer_back(const PackedMatrix<Scalar>& matrix, std::size_t layer,
                              std::span<Scalar> gradient) {
  const AlignedVector<Scalar>& active = layers_[layer].active;
  for (std::size_t i = 0; i < trunk_size_; ++i) {
    gradient_[i] = active[i] > 0 ? flow_[i] : Scalar{0};
  }
  transposed_[layer].add_gradient(matrix.part, gradient_.data(), gradient);
  Scalar* passed = layer == 0 ? flow_.data() : passed_.data();
  multiply_back(*kernel_, matrix, gradient_.data(), passed);
  if (masked_) {
    const AlignedVector<Scalar>& mask = layers_[layer].mask;
    for (std::size_t i = 0; i < mask.size(); ++i) passed[i] *= mask[i];
  }
  if (layer == 0) return;
  for (std::size_t i = 0; i < trunk_size_; ++i) flow_[i] += passed[i];
}

template <class Scalar>
void Head<Scalar>::embeddings_back(const WindowBlock<Scalar>& block,
                                   std::span<Scalar> gradient) const {
  const std::size_t panel = kernel_->panel;
  const Scalar* from = flow_.data() + state_size_;
  for (std::size_t e = 0; e < layout_.shape().embeddings.size(); ++e) {
    const auto table = layout_.view(gradient, layout_.embedding(e));
    for (std::size_t i = 0; i < table.part.columns; ++i) {
      for (std::size_t b = 0; b < panel; ++b) {
        table(static_cast<std::size_t>(block.codes[e * panel + b]), i) += from[i * panel + b];
      }
    }
    from += table.part.columns * panel;
  }
}

template <class Scalar>
void Head<Scalar>::backward(const PackedParameters<Scalar>& packed,
                            const WindowBlock<Scalar>& block,
                            std::span<const Scalar> output_gradient, std::span<Scalar> gradient) {
  read_transposed();
  const Transposed<Scalar>& t = transposed_.back();
  t.add_gradient(layout_.output(), output_gradient.data(), gradient);
  multiply_back(*kernel_, packed.output(), output_gradient.data(), flow_.data());
  for (auto& local : local_) {
    local.backward(packed, {block.known, output_gradient, t}, gradient, flow_.data());
  }
  for (std::size_t layer = layers_.size(); layer-- > 0;) {
    layer_back(packed.trunk(layer), layer, gradient);
  }
  transposed_[0].add_gradient(layout_.skip(), output_gradient.data(), gradient,
                              layout_.shape().state());
  multiply_back(*kernel_, packed.skip(), output_gradient.data(), flow_.data() + state_size_, true);
  embeddings_back(block, gradient);
}

template class Head<float>;
template class Head<double>;

}  // namespace forecart::net
