#pragma once

#include "models/lstm/kernel_table.h"

#include <cstddef>
#include <span>

namespace forecart::lstm {

/// The four gates of a unit in the order of PyTorch: input, forget, candidate, output.
enum class Gate : std::size_t { input, forget, candidate, output };

/// Sizes of a network: one LSTM layer read over `steps`, a dense head on its last state.
struct NetworkShape {
  std::size_t inputs = 1;   ///< numbers per step
  std::size_t hidden = 50;  ///< units
  std::size_t steps = 24;   ///< window
  std::size_t outputs = 1;  ///< numbers the head gives

  /// Columns of the gate matrix: inputs, a constant one (the bias), the hidden state before.
  std::size_t columns() const { return inputs + 1 + hidden; }
  std::size_t bias_column() const { return inputs; }
  std::size_t hidden_column(std::size_t unit) const { return inputs + 1 + unit; }

  KernelShape kernel() const { return {inputs, hidden, steps, columns()}; }

  friend bool operator==(const NetworkShape&, const NetworkShape&) = default;
};

/// The one description of where each parameter lies in the flat vector; gradients and Adam moments
/// have the same layout. All four gates are one matrix, laid out as the kernel reads it:
/// [unit][column][gate].
class ParameterLayout {
 public:
  explicit ParameterLayout(const NetworkShape& shape) : shape_(shape) {}

  const NetworkShape& shape() const { return shape_; }
  std::size_t size() const { return head_bias_begin() + shape_.outputs; }

  /// Named part of a parameter-like vector of `size()` numbers.
  template <class Scalar>
  struct Views {
    std::span<Scalar> gates;        // (hidden, columns, 4)
    std::span<Scalar> head_weight;  // (outputs, hidden)
    std::span<Scalar> head_bias;    // (outputs)
    NetworkShape shape;

    Scalar& gate(Gate which, std::size_t unit, std::size_t column) const {
      return gates[(unit * shape.columns() + column) * kGates + static_cast<std::size_t>(which)];
    }
    Scalar& head(std::size_t output, std::size_t unit) const {
      return head_weight[output * shape.hidden + unit];
    }
  };

  template <class Scalar>
  Views<Scalar> views(std::span<Scalar> all) const {
    return {all.subspan(0, head_begin()), all.subspan(head_begin(), shape_.outputs * shape_.hidden),
            all.subspan(head_bias_begin(), shape_.outputs), shape_};
  }

 private:
  std::size_t head_begin() const { return shape_.hidden * shape_.columns() * kGates; }
  std::size_t head_bias_begin() const { return head_begin() + shape_.outputs * shape_.hidden; }

  NetworkShape shape_;
};

}  // namespace forecart::lstm
