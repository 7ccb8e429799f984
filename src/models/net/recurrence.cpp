#include "models/net/recurrence.h"

#include "models/net/dropout.h"

#include <algorithm>

namespace forecart::net {
namespace {

/// Steps whose weight gradients are summed in registers before they are added to memory.
constexpr std::size_t kChunk = 4;

}  // namespace

template <class Scalar>
Recurrence<Scalar>::Recurrence(const ParameterLayout& layout, const Kernel<Scalar>& kernel)
    : layout_(layout),
      kernel_(&kernel),
      state_size_(layout.shape().hidden * kernel.panel),
      layers_(layout.shape().layers) {
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    layers_[l].columns = layout.gates(l).columns;
    make_room(layers_[l], slots_);
  }
}

template <class Scalar>
void Recurrence<Scalar>::make_room(Layer& layer, std::size_t slots) const {
  const std::size_t panel = kernel_->panel;
  layer.rows.assign(slots * layer.columns * panel, 0);
  layer.cells.assign(slots * state_size_, 0);
  layer.gates.resize((slots - 1) * kGates * state_size_);
  for (std::size_t slot = 1; slot <= slots; ++slot) {
    std::fill_n(layer.rows.data() + (slot * layer.columns - 1) * panel, panel, Scalar{1});
  }
}

template <class Scalar>
void Recurrence<Scalar>::keep_steps() {
  const std::size_t steps = layout_.shape().steps;
  if (!layers_[0].cell_tanh.empty()) return;
  slots_ = steps + 1;
  for (Layer& layer : layers_) {
    make_room(layer, slots_);
    layer.cell_tanh.resize(steps * state_size_);
    layer.flow.resize(2 * state_size_);
    layer.cell_gradient.resize(state_size_);
    layer.gate_gradient.resize(std::min(kChunk, steps) * kGates * state_size_);
    layer.read.assign(1, Transposed<Scalar>(*kernel_, layer.columns, std::min(kChunk, steps)));
  }
}

template <class Scalar>
Scalar* Recurrence<Scalar>::rows(Layer& layer, std::size_t step) const {
  return layer.rows.data() + step % slots_ * layer.columns * kernel_->panel;
}

template <class Scalar>
const Scalar* Recurrence<Scalar>::rows(const Layer& layer, std::size_t step) const {
  return layer.rows.data() + step % slots_ * layer.columns * kernel_->panel;
}

template <class Scalar>
Scalar* Recurrence<Scalar>::cells(Layer& layer, std::size_t step) const {
  return layer.cells.data() + step % slots_ * state_size_;
}

template <class Scalar>
void Recurrence<Scalar>::start(Layer& layer) const {
  std::fill_n(rows(layer, 0), state_size_, Scalar{0});
  std::fill_n(cells(layer, 0), state_size_, Scalar{0});
}

template <class Scalar>
void Recurrence<Scalar>::step(const PackedMatrix<Scalar>& gates, Layer& layer, std::size_t step,
                              bool keep) const {
  const std::size_t hidden = layout_.shape().hidden;
  const LstmStep<Scalar> work{
      hidden,
      layer.columns,
      step == 0 ? hidden : 0,  // the hidden state before the first step is zero
      rows(layer, step),
      cells(layer, step),
      cells(layer, step + 1),
      rows(layer, step + 1),
      layer.gates.data() + (keep ? step * kGates * state_size_ : 0),
      keep ? layer.cell_tanh.data() + step * state_size_ : nullptr};
  (keep ? kernel_->forward : kernel_->infer)(work, gates.forward.data());
}

template <class Scalar>
void Recurrence<Scalar>::hand_up(std::size_t layer, std::size_t step, bool masked) {
  const Scalar* from = rows(layers_[layer], step + 1);
  Scalar* to = rows(layers_[layer + 1], step) + state_size_;
  if (!masked) {
    std::copy_n(from, state_size_, to);
    return;
  }
  const Scalar* mask = layers_[layer].mask.data() + step * state_size_;
  for (std::size_t i = 0; i < state_size_; ++i) to[i] = mask[i] * from[i];
}

template <class Scalar>
void Recurrence<Scalar>::run(const PackedParameters<Scalar>& packed,
                             std::span<const Scalar> features, bool keep) {
  const NetworkShape& shape = layout_.shape();
  const std::size_t count = shape.inputs * kernel_->panel;
  for (Layer& layer : layers_) start(layer);
  for (std::size_t t = 0; t < shape.steps; ++t) {
    std::copy_n(features.data() + t * count, count, rows(layers_[0], t) + state_size_);
    for (std::size_t l = 0; l < layers_.size(); ++l) {
      step(packed.gates(l), layers_[l], t, keep);
      if (l + 1 < layers_.size()) hand_up(l, t, keep && masked_);
    }
  }
}

template <class Scalar>
void Recurrence<Scalar>::copy_state(std::span<Scalar> state) const {
  std::copy_n(rows(layers_.back(), layout_.shape().steps), state_size_, state.data());
}

template <class Scalar>
void Recurrence<Scalar>::predict(const PackedParameters<Scalar>& packed,
                                 std::span<const Scalar> features, std::span<Scalar> state) {
  run(packed, features, false);
  copy_state(state);
}

template <class Scalar>
void Recurrence<Scalar>::draw_masks(Generator& generator) {
  const NetworkShape& shape = layout_.shape();
  for (std::size_t l = 0; l + 1 < layers_.size(); ++l) {
    layers_[l].mask.resize(shape.steps * state_size_);
    draw_mask<Scalar>(shape.dropout, generator, layers_[l].mask);
  }
}

template <class Scalar>
void Recurrence<Scalar>::forward(const PackedParameters<Scalar>& packed,
                                 std::span<const Scalar> features, Generator* dropout,
                                 std::span<Scalar> state) {
  keep_steps();
  masked_ = dropout != nullptr && layout_.shape().dropout > 0;
  if (masked_) draw_masks(*dropout);
  run(packed, features, true);
  copy_state(state);
}

template <class Scalar>
void Recurrence<Scalar>::step_back(const PackedMatrix<Scalar>& gates, std::size_t layer,
                                   std::size_t step) {
  Layer& at = layers_[layer];
  const std::size_t slot = step % kChunk;
  Scalar* gate_gradient = at.gate_gradient.data() + slot * kGates * state_size_;
  kernel_->gate_gradient({layout_.shape().hidden, at.gates.data() + step * kGates * state_size_,
                          at.cell_tanh.data() + step * state_size_, cells(at, step), at.flow.data(),
                          at.cell_gradient.data(), gate_gradient});
  if (layer > 0 || step > 0) {
    multiply_back(*kernel_, gates, gate_gradient, at.flow.data());
  }
}

template <class Scalar>
void Recurrence<Scalar>::hand_down(std::size_t layer, std::size_t step) {
  const Scalar* from = layers_[layer].flow.data() + state_size_;
  Layer& below = layers_[layer - 1];
  const Scalar* mask = masked_ ? below.mask.data() + step * state_size_ : nullptr;
  for (std::size_t i = 0; i < state_size_; ++i) {
    below.flow[i] += masked_ ? mask[i] * from[i] : from[i];
  }
}

/// The steps from `step` to the end of its chunk.
template <class Scalar>
void Recurrence<Scalar>::add_chunk(std::size_t layer, std::size_t step,
                                   std::span<Scalar> gradient) {
  Layer& at = layers_[layer];
  at.read[0].read(rows(at, step), std::min(kChunk, layout_.shape().steps - step));
  at.read[0].add_gradient(layout_.gates(layer), at.gate_gradient.data(), gradient);
}

template <class Scalar>
void Recurrence<Scalar>::backward(const PackedParameters<Scalar>& packed,
                                  std::span<const Scalar> state_gradient,
                                  std::span<Scalar> gradient) {
  for (Layer& layer : layers_) {
    std::fill(layer.flow.begin(), layer.flow.end(), Scalar{0});
    std::fill(layer.cell_gradient.begin(), layer.cell_gradient.end(), Scalar{0});
  }
  std::copy_n(state_gradient.data(), state_size_, layers_.back().flow.data());
  for (std::size_t t = layout_.shape().steps; t-- > 0;) {
    for (std::size_t l = layers_.size(); l-- > 0;) {
      step_back(packed.gates(l), l, t);
      if (l > 0) hand_down(l, t);
      if (t % kChunk == 0) add_chunk(l, t, gradient);
    }
  }
}

template class Recurrence<float>;
template class Recurrence<double>;

}  // namespace forecart::net
