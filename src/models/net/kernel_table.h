#pragma once

// What the kernels and their callers agree on: plain data only, because the kernels are compiled
// for several instruction sets and may share no inline code with the rest.

#include <cstddef>

namespace forecart::net {

/// A matrix to be packed: element (row, column) lies at row * row_stride + column * column_stride.
template <class Scalar>
struct PackSource {
  const Scalar* numbers;
  std::size_t rows;
  std::size_t columns;
  std::size_t row_stride;
  std::size_t column_stride;
};

/// One step of one LSTM layer over a panel [HochreiterSchmidhuber1997; Gers2000].
template <class Scalar>
struct LstmStep {
  std::size_t hidden;
  std::size_t columns;         // hidden + inputs + 1
  std::size_t first;           // first column that counts: `hidden` at the first step, else 0
  const Scalar* rows;          // (columns, panel): hidden state before, inputs, one
  const Scalar* cells_before;  // (hidden, panel)
  Scalar* cells_after;         // (hidden, panel); may be `cells_before`
  Scalar* hidden_after;        // (hidden, panel)
  Scalar* gates;               // (hidden, 4, panel): activations, or scratch if they are not kept
  Scalar* cell_tanh;           // (hidden, panel); not touched if it is not kept
};

/// Gradients of the inputs of the gates, from those of the state after the step.
template <class Scalar>
struct LstmGradient {
  std::size_t hidden;
  const Scalar* gates;            // as LstmStep kept them
  const Scalar* cell_tanh;        // likewise
  const Scalar* cells_before;     // (hidden, panel)
  const Scalar* hidden_gradient;  // (hidden, panel)
  Scalar* cell_gradient;          // (hidden, panel): in of the cells after, out of those before
  Scalar* gate_gradient;          // (hidden, 4, panel)
};

/// gradient(row, column) += sum over steps and windows of left(step, row) right(step, column).
template <class Scalar>
struct WeightGradient {
  std::size_t rows;
  std::size_t columns;
  std::size_t steps;
  const Scalar* left;   // (steps, rows, panel)
  const Scalar* right;  // (steps, right_rows, panel), of which the first `columns` count
  std::size_t right_rows;
  const Scalar* transposed;  // the same as (steps, panel, stride); readable for a further `panel`
  std::size_t stride;
  Scalar* gradient;  // (rows, columns)
};

/// One step of AdamW [Loshchilov2019 algorithm 2], with the bias corrections already worked in.
struct AdamStep {
  double rate;  // alpha / (1 - beta1^t)
  double beta1;
  double beta2;
  double root_correction;  // 1 / sqrt(1 - beta2^t)
  double epsilon;
  double decay;  // alpha x weight decay
};

template <class Scalar>
struct AdamArrays {
  std::size_t count;
  const Scalar* gradient;
  const Scalar* decayed;  // 1 where decay holds, else 0
  Scalar* mean;
  Scalar* square;
  Scalar* parameters;
};

/// The hot loops for one instruction set. Every array has the windows of a panel innermost, unless
/// said otherwise. Results depend on the kernel, never on threads.
template <class Scalar>
struct Kernel {
  const char* name;
  std::size_t panel;  // windows that go through the network side by side

  /// Lays a matrix out for `product`; `packed` holds rows x columns numbers.
  void (*pack)(const PackSource<Scalar>&, Scalar* packed);
  /// y = W x, (rows, panel) from (columns, panel); with `add`, y += W x.
  void (*product)(std::size_t rows, std::size_t columns, const Scalar* packed, const Scalar* x,
                  Scalar* y, bool add);
  void (*forward)(const LstmStep<Scalar>&, const Scalar* packed_gates);
  /// The same without what only the backward pass needs.
  void (*infer)(const LstmStep<Scalar>&, const Scalar* packed_gates);
  void (*gate_gradient)(const LstmGradient<Scalar>&);
  /// (panel, stride) from (rows, panel); writes up to `panel` more than `rows` numbers per window.
  void (*transpose)(std::size_t rows, const Scalar* x, Scalar* transposed, std::size_t stride);
  void (*weight_gradient)(const WeightGradient<Scalar>&);
  void (*adam)(const AdamStep&, const AdamArrays<Scalar>&);
  /// Activations alone, count a multiple of the panel.
  void (*sigmoid)(std::size_t count, const Scalar* x, Scalar* y);
  void (*tanh)(std::size_t count, const Scalar* x, Scalar* y);
};

}  // namespace forecart::net
