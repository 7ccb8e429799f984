#pragma once

// What the kernels and their callers agree on: plain data only, because the kernels are compiled
// for several instruction sets and may share no inline code with the rest.

#include <cstddef>

namespace forecart::lstm {

inline constexpr std::size_t kGates = 4;

/// Sizes as a kernel sees them. The gate matrix is laid out [unit][column][gate]; its columns are
/// the inputs, a constant one (the bias), and the hidden state before the step.
struct KernelShape {
  std::size_t inputs;
  std::size_t hidden;
  std::size_t steps;
  std::size_t columns;  // inputs + 1 + hidden
};

/// Windows that go through the network side by side; the innermost dimension of every array.
inline constexpr std::size_t kPanel = 16;

/// What a forward pass leaves for the backward pass of one panel.
template <class Scalar>
struct Tape {
  Scalar* rows;       // (steps + 1, columns, kPanel): inputs, one, hidden state before the step
  Scalar* gates;      // (steps, hidden, 4, kPanel): activations, then their gradients
  Scalar* cells;      // (steps + 1, hidden, kPanel): cell state before each step
  Scalar* cell_tanh;  // (steps, hidden, kPanel)
  Scalar* hidden_gradient;  // (hidden, kPanel): in: d loss / d last hidden state
  Scalar* cell_gradient;    // (hidden, kPanel)
};

/// One Adam step [KingmaBa2015 algorithm 1] with the bias corrections already worked in.
struct AdamStep {
  double rate;  ///< alpha / (1 - beta1^t)
  double beta1;
  double beta2;
  double root_correction;  ///< 1 / sqrt(1 - beta2^t)
  double epsilon;
};

/// The hot loops for one instruction set. Results depend on the kernel, never on threads.
template <class Scalar>
struct Kernel {
  const char* name;

  /// Runs the layer over all steps [HochreiterSchmidhuber1997; Gers2000]. Expects inputs and ones
  /// in `tape.rows`, zeros in its first hidden state and first cells; fills the rest of the tape.
  void (*forward)(const KernelShape&, const Scalar* gate_weights, const Tape<Scalar>&);
  /// The same without what only the backward pass needs (`gates`, `cell_tanh` stay untouched).
  void (*infer)(const KernelShape&, const Scalar* gate_weights, const Tape<Scalar>&);
  /// Lays the recurrent weights out for `backward`; `packed` holds hidden * 4 * hidden numbers.
  void (*pack)(const KernelShape&, const Scalar* gate_weights, Scalar* packed);
  /// Back through time: adds the gradient of the gate weights to `gradient`, (hidden, columns, 4).
  void (*backward)(const KernelShape&, const Scalar* packed, const Tape<Scalar>&, Scalar* gradient);
  void (*adam)(std::size_t count, const AdamStep&, const Scalar* gradient, Scalar* moments,
               Scalar* parameters);  // moments (2, count): mean, then mean of squares
  /// Activations alone, count a multiple of kPanel.
  void (*sigmoid)(std::size_t count, const Scalar* x, Scalar* y);
  void (*tanh)(std::size_t count, const Scalar* x, Scalar* y);
};

}  // namespace forecart::lstm
