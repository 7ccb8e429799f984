#pragma once

#include "base/random.h"
#include "models/net/block.h"
#include "models/net/local_decoder.h"

#include <span>
#include <vector>

namespace forecart::net {

/// What follows the recurrence: embeddings, trunk, output layer, linear skip and local decoder.
/// Keeps the scratch memory for one block.
template <class Scalar>
class Head {
 public:
  /// The kernel must outlive this.
  Head(const ParameterLayout& layout, const Kernel<Scalar>& kernel);

  /// Where the recurrence leaves s before `forward`, (state, panel).
  std::span<Scalar> state() { return {base_.data(), state_size_}; }

  /// Outputs (outputs, panel); a generator drops units.
  void forward(const PackedParameters<Scalar>& packed, const WindowBlock<Scalar>& block,
               Generator* dropout, std::span<Scalar> outputs);

  /// After `forward`: adds to `gradient`; afterwards `state_gradient` is valid.
  void backward(const PackedParameters<Scalar>& packed, const WindowBlock<Scalar>& block,
                std::span<const Scalar> output_gradient, std::span<Scalar> gradient);
  std::span<const Scalar> state_gradient() const { return {flow_.data(), state_size_}; }

 private:
  struct TrunkLayer {
    AlignedVector<Scalar> values;  // (trunk + 1, panel), the last a constant one
    AlignedVector<Scalar> active;  // (trunk, panel): relu(W x + b)
    AlignedVector<Scalar> read;    // (read + 1, panel): what it read where units were dropped
    AlignedVector<Scalar> mask;    // (units, panel)
  };

  void load(const PackedParameters<Scalar>& packed, const WindowBlock<Scalar>& block);
  void drop(std::size_t layer, Generator& generator);
  void run_layer(const PackedMatrix<Scalar>& matrix, std::size_t layer);
  void layer_back(const PackedMatrix<Scalar>& matrix, std::size_t layer,
                  std::span<Scalar> gradient);
  void read_transposed();
  void embeddings_back(const WindowBlock<Scalar>& block, std::span<Scalar> gradient) const;

  /// What trunk layer `layer` reads, without dropout; behind the last, what the output layer reads.
  Scalar* below(std::size_t layer) {
    return layer == 0 ? base_.data() : layers_[layer - 1].values.data();
  }
  /// The same with dropout.
  Scalar* read(std::size_t layer) {
    const bool copied = masked_ && layer > 0 && layer < layers_.size();
    return copied ? layers_[layer].read.data() : below(layer);
  }

  ParameterLayout layout_;
  const Kernel<Scalar>* kernel_;
  std::size_t state_size_;      // state x panel
  std::size_t embedded_size_;   // embedded x panel
  std::size_t trunk_size_;      // trunk x panel
  bool masked_ = false;         // whether the last `forward` dropped units
  AlignedVector<Scalar> base_;  // (base + 1, panel): s, embeddings, flat, one
  std::vector<TrunkLayer> layers_;
  std::vector<LocalDecoder<Scalar>> local_;  // one or none
  AlignedVector<Scalar> flow_;               // gradient by what is read, down to s and embeddings
  AlignedVector<Scalar> gradient_;           // (trunk, panel) by W x + b
  AlignedVector<Scalar> passed_;             // (trunk, panel) by what a further layer reads
  std::vector<Transposed<Scalar>> transposed_;  // of `read(0)` ... `read(trunk layers)`
};

extern template class Head<float>;
extern template class Head<double>;

}  // namespace forecart::net
