#pragma once

#include "base/random.h"
#include "models/net/packed.h"
#include "models/net/transposed.h"

#include <cstddef>
#include <span>
#include <vector>

namespace forecart::net {

/// The LSTM layers of a network, step by step through all layers, and back through time. Keeps the
/// scratch memory for one block.
template <class Scalar>
class Recurrence {
 public:
  /// The kernel must outlive this.
  Recurrence(const ParameterLayout& layout, const Kernel<Scalar>& kernel);

  /// Last hidden state of the top layer, (hidden, panel), from features (steps, inputs, panel).
  void predict(const PackedParameters<Scalar>& packed, std::span<const Scalar> features,
               std::span<Scalar> state);

  /// The same and keeps what `backward` needs; a generator drops units between layers.
  void forward(const PackedParameters<Scalar>& packed, std::span<const Scalar> features,
               Generator* dropout, std::span<Scalar> state);

  /// Adds to `gradient`, given that by the state `forward` returned.
  void backward(const PackedParameters<Scalar>& packed, std::span<const Scalar> state_gradient,
                std::span<Scalar> gradient);

 private:
  struct Layer {
    std::size_t columns = 0;          // hidden + inputs + 1
    AlignedVector<Scalar> rows;       // (slots, columns, panel): hidden state before, inputs, one
    AlignedVector<Scalar> cells;      // (slots, hidden, panel), before the step
    AlignedVector<Scalar> gates;      // (slots - 1, hidden, 4, panel)
    AlignedVector<Scalar> cell_tanh;  // (steps, hidden, panel)
    AlignedVector<Scalar> mask;       // (steps, hidden, panel): dropout of what it hands up
    AlignedVector<Scalar> flow;       // (hidden + hidden, panel): gradients by hidden and inputs
    AlignedVector<Scalar> cell_gradient;   // (hidden, panel)
    AlignedVector<Scalar> gate_gradient;   // (chunk, hidden, 4, panel)
    std::vector<Transposed<Scalar>> read;  // one, of `chunk` steps
  };

  void keep_steps();
  void make_room(Layer& layer, std::size_t slots) const;
  void start(Layer& layer) const;
  void run(const PackedParameters<Scalar>& packed, std::span<const Scalar> features, bool keep);
  void step(const PackedMatrix<Scalar>& gates, Layer& layer, std::size_t step, bool keep) const;
  void hand_up(std::size_t layer, std::size_t step, bool masked);
  void copy_state(std::span<Scalar> state) const;
  void draw_masks(Generator& generator);
  void step_back(const PackedMatrix<Scalar>& gates, std::size_t layer, std::size_t step);
  void hand_down(std::size_t layer, std::size_t step);
  void add_chunk(std::size_t layer, std::size_t step, std::span<Scalar> gradient);

  Scalar* rows(Layer& layer, std::size_t step) const;
  Scalar* cells(Layer& layer, std::size_t step) const;
  const Scalar* rows(const Layer& layer, std::size_t step) const;

  ParameterLayout layout_;
  const Kernel<Scalar>* kernel_;
  std::size_t state_size_;  // hidden x panel
  std::size_t slots_ = 2;   // steps that have memory: two by turns, or all
  bool masked_ = false;     // whether the last `forward` dropped units
  std::vector<Layer> layers_;
};

extern template class Recurrence<float>;
extern template class Recurrence<double>;

}  // namespace forecart::net
