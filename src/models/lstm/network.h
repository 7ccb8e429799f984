#pragma once

#include "base/random.h"
#include "models/lstm/aligned.h"
#include "models/lstm/kernel.h"
#include "models/lstm/layout.h"

#include <cstddef>
#include <span>

namespace forecart::lstm {

/// kPanel windows side by side: what the network reads and what it should have said.
template <class Scalar>
struct WindowBlock {
  explicit WindowBlock(const NetworkShape& shape)
      : features(shape.steps * shape.inputs * kPanel),
        targets(shape.outputs * kPanel),
        weights(shape.outputs * kPanel) {}

  AlignedVector<Scalar> features;  // (steps, inputs, kPanel)
  AlignedVector<Scalar> targets;   // (outputs, kPanel)
  AlignedVector<Scalar> weights;   // (outputs, kPanel), 0 where there is no target
};

/// One LSTM layer and a dense head on its last hidden state, with the gradient of the weighted sum
/// of squared errors by hand-derived back-propagation through time (docs/models/lstm.md).
/// Holds scratch memory for one block, so one object serves one thread; parameters are passed in.
/// Instantiated for float, and for double to check gradients.
template <class Scalar>
class Network {
 public:
  /// The kernel must outlive the network.
  Network(const NetworkShape& shape, const Kernel<Scalar>& kernel);

  const ParameterLayout& layout() const { return layout_; }
  const Kernel<Scalar>& kernel() const { return *kernel_; }

  /// outputs (outputs, kPanel) for the block's features; targets are not read.
  void predict(std::span<const Scalar> parameters, const WindowBlock<Scalar>& block,
               std::span<Scalar> outputs);

  /// To be called when parameters have changed, before `accumulate`.
  void prepare(std::span<const Scalar> parameters);

  /// Sum over windows and outputs of weight (output - target)^2 / 2; adds its gradient to
  /// `gradient`, laid out as the parameters are.
  double accumulate(std::span<const Scalar> parameters, const WindowBlock<Scalar>& block,
                    std::span<Scalar> gradient);

 private:
  void load(const WindowBlock<Scalar>& block);
  Tape<Scalar> tape();
  std::span<const Scalar> last_hidden() const;
  void head(std::span<const Scalar> parameters, std::span<Scalar> outputs) const;
  void head_backward(std::span<const Scalar> parameters, std::span<const Scalar> errors,
                     std::span<Scalar> gradient);

  ParameterLayout layout_;
  const Kernel<Scalar>* kernel_;
  AlignedVector<Scalar> rows_;  // shapes as in Tape
  AlignedVector<Scalar> cells_;
  AlignedVector<Scalar> errors_;  // (outputs, kPanel)
  AlignedVector<Scalar> gates_;   // from here on sized by the first `prepare`
  AlignedVector<Scalar> cell_tanh_;
  AlignedVector<Scalar> hidden_gradient_;
  AlignedVector<Scalar> cell_gradient_;
  AlignedVector<Scalar> packed_;
};

/// Starting weights: uniform within sqrt(6 / (in + out)) for the gates' inputs and the head
/// [Glorot2010 eq. 16], within 1 / sqrt(hidden) for the recurrent part, forget bias 1
/// [Jozefowicz2015], the other biases zero.
AlignedVector<float> initial_parameters(const ParameterLayout& layout, Generator& generator);

extern template class Network<float>;
extern template class Network<double>;

}  // namespace forecart::lstm
