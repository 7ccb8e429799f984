#include "models/net/initial.h"

#include <cmath>
#include <span>
#include <utility>

namespace forecart::net {
namespace {

double glorot(std::size_t in, std::size_t out) {
  return std::sqrt(6.0 / static_cast<double>(in + out));
}

/// Fills columns [first, last) of every row.
void fill_uniform(const MatrixView<float>& view, std::size_t first, std::size_t last, double bound,
                  Generator& generator) {
  for (std::size_t row = 0; row < view.part.rows; ++row) {
    for (std::size_t column = first; column < last; ++column) {
      view(row, column) = static_cast<float>(bound * (2 * generator.uniform() - 1));
    }
  }
}

class Start {
 public:
  Start(const ParameterLayout& layout, Generator& generator)
      : layout_(layout), generator_(generator), parameters_(layout.size()) {}

  void gates(std::size_t layer) {
    const std::size_t hidden = layout_.shape().hidden;
    const MatrixView<float> gates = view(layout_.gates(layer));
    const std::size_t inputs = gates.part.columns - 1 - hidden;
    fill_uniform(gates, 0, hidden, 1 / std::sqrt(static_cast<double>(hidden)), generator_);
    fill_uniform(gates, hidden, hidden + inputs, glorot(inputs, hidden), generator_);
    for (std::size_t unit = 0; unit < hidden; ++unit) {
      gates.bias(kGates * unit + static_cast<std::size_t>(Gate::forget)) = 1;
    }
  }

  /// Followed by relu.
  void rectified(const MatrixPart& part) {
    const std::size_t in = part.columns - (part.bias ? 1 : 0);
    fill_uniform(view(part), 0, in, std::sqrt(6.0 / static_cast<double>(in)), generator_);
  }

  void linear(const MatrixPart& part) {
    const std::size_t in = part.columns - (part.bias ? 1 : 0);
    fill_uniform(view(part), 0, in, glorot(in, part.rows), generator_);
  }

  void embedding(const MatrixPart& part) {
    const double deviation = 1 / std::sqrt(static_cast<double>(part.columns));
    for (float& number : view(part).numbers) {
      number = static_cast<float>(deviation * generator_.normal());
    }
  }

  AlignedVector<float> take() { return std::move(parameters_); }

 private:
  MatrixView<float> view(const MatrixPart& part) {
    return layout_.view(std::span<float>(parameters_), part);
  }

  const ParameterLayout& layout_;
  Generator& generator_;
  AlignedVector<float> parameters_;
};

}  // namespace

AlignedVector<float> initial_parameters(const ParameterLayout& layout, Generator& generator,
                                        OutputStart start) {
  const NetworkShape& shape = layout.shape();
  Start parameters(layout, generator);
  for (std::size_t layer = 0; layer < shape.layers; ++layer) parameters.gates(layer);
  for (std::size_t layer = 0; layer < shape.trunk_layers; ++layer) {
    parameters.rectified(layout.trunk(layer));
  }
  if (shape.local > 0) {
    parameters.rectified(layout.local_state());
    parameters.rectified(layout.local_known());
  }
  for (std::size_t i = 0; i < shape.embeddings.size(); ++i) {
    parameters.embedding(layout.embedding(i));
  }
  if (start == OutputStart::glorot) {
    for (const MatrixPart& part : {layout.output(), layout.skip(), layout.local_output()}) {
      parameters.linear(part);
    }
  }
  return parameters.take();
}

}  // namespace forecart::net
