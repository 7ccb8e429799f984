#pragma once

// The kernels, written once with compiler vector extensions and compiled once per instruction set.
// Included by kernel_*.cpp only: internal linkage, no standard library, no Eigen.

#include "models/lstm/kernel_activation.h"
#include "models/lstm/kernel_table.h"

namespace forecart::lstm {
namespace {

/// Sums of the lanes of four registers.
template <class Scalar>
struct FourSums {
  Scalar value[kGates];
};

FourSums<float> sum_lanes(const Register<float, 4>::Vec (&v)[kGates]) {
  using Vec = Register<float, 4>::Vec;
  const Vec a = __builtin_shufflevector(v[0], v[1], 0, 4, 1, 5) +
                __builtin_shufflevector(v[0], v[1], 2, 6, 3, 7);
  const Vec b = __builtin_shufflevector(v[2], v[3], 0, 4, 1, 5) +
                __builtin_shufflevector(v[2], v[3], 2, 6, 3, 7);
  FourSums<float> sums;
  Register<float, 4>::store(sums.value, __builtin_shufflevector(a, b, 0, 1, 4, 5) +
                                            __builtin_shufflevector(a, b, 2, 3, 6, 7));
  return sums;
}

[[maybe_unused]] FourSums<float> sum_lanes(const Register<float, 8>::Vec (&v)[kGates]) {
  Register<float, 4>::Vec halves[kGates];
  for (std::size_t i = 0; i < kGates; ++i) {
    halves[i] = __builtin_shufflevector(v[i], v[i], 0, 1, 2, 3) +
                __builtin_shufflevector(v[i], v[i], 4, 5, 6, 7);
  }
  return sum_lanes(halves);
}

[[maybe_unused]] FourSums<double> sum_lanes(const Register<double, 2>::Vec (&v)[kGates]) {
  return {{v[0][0] + v[0][1], v[1][0] + v[1][1], v[2][0] + v[2][1], v[3][0] + v[3][1]}};
}

template <class Scalar, int Lanes>
class Kernels {
  using R = Register<Scalar, Lanes>;
  using Vec = typename R::Vec;
  using A = Activation<Scalar, Lanes>;

  /// Two registers side by side: eight accumulators hide the latency of a multiply-add.
  static constexpr std::size_t kBlock = 2 * std::size_t{Lanes};
  /// Hidden units per tile of the recurrent product in the backward pass.
  static constexpr std::size_t kTile = 5;
  /// Columns per tile of the weight gradient: 4 gates x 3 columns = 12 accumulators.
  static constexpr std::size_t kGradientTile = 3;

  struct GateValues {
    Vec value[kGates];
  };

  /// sum_k W[gate][k] x[k] for one unit, one register wide per gate and half block.
  static void gate_products(const Scalar* weights, const Scalar* rows, std::size_t columns,
                            GateValues (&z)[2]) {
    Vec low[kGates] = {};
    Vec high[kGates] = {};
    for (std::size_t k = 0; k < columns; ++k) {
      const Vec x0 = R::load(rows + k * kPanel);
      const Vec x1 = R::load(rows + k * kPanel + Lanes);
      for (std::size_t g = 0; g < kGates; ++g) {
        const Scalar w = weights[k * kGates + g];
        low[g] += w * x0;
        high[g] += w * x1;
      }
    }
    for (std::size_t g = 0; g < kGates; ++g) {
      z[0].value[g] = low[g];
      z[1].value[g] = high[g];
    }
  }

  /// Where one unit of one step reads and writes, at the first window of a register.
  struct UnitMemory {
    Scalar* gates;
    const Scalar* cell_before;
    Scalar* cell_after;
    Scalar* cell_tanh;
    Scalar* hidden_after;
  };

  /// c_t = f c_{t-1} + i g, h_t = o tanh(c_t).
  template <bool Keep>
  static void activate(const GateValues& z, const UnitMemory& at) {
    const Vec i = A::sigmoid(z.value[0]);
    const Vec f = A::sigmoid(z.value[1]);
    const Vec g = A::tanh(z.value[2]);
    const Vec o = A::sigmoid(z.value[3]);
    const Vec cell = f * R::load(at.cell_before) + i * g;
    const Vec cell_tanh = A::tanh(cell);
    R::store(at.cell_after, cell);
    R::store(at.hidden_after, o * cell_tanh);
    if constexpr (Keep) {
      R::store(at.cell_tanh, cell_tanh);
      R::store(at.gates, i);
      R::store(at.gates + kPanel, f);
      R::store(at.gates + 2 * kPanel, g);
      R::store(at.gates + 3 * kPanel, o);
    }
  }

  static std::size_t hidden_column(const KernelShape& shape, std::size_t unit) {
    return shape.inputs + 1 + unit;
  }

  /// Gates and tanh of the cell have no memory where they are not kept.
  template <bool Keep>
  static UnitMemory unit_memory(const KernelShape& shape, const Tape<Scalar>& tape,
                                std::size_t step, std::size_t unit) {
    const std::size_t cell = step * shape.hidden + unit;
    const std::size_t row_after = (step + 1) * shape.columns + hidden_column(shape, unit);
    return {Keep ? tape.gates + cell * kGates * kPanel : nullptr, tape.cells + cell * kPanel,
            tape.cells + (cell + shape.hidden) * kPanel,
            Keep ? tape.cell_tanh + cell * kPanel : nullptr, tape.rows + row_after * kPanel};
  }

  template <bool Keep>
  static UnitMemory moved(const UnitMemory& at, std::size_t windows) {
    return {Keep ? at.gates + windows : nullptr, at.cell_before + windows, at.cell_after + windows,
            Keep ? at.cell_tanh + windows : nullptr, at.hidden_after + windows};
  }

  template <bool Keep>
  static void step_forward(const KernelShape& shape, const Scalar* weights,
                           const Tape<Scalar>& tape, std::size_t step) {
    const std::size_t columns = step == 0 ? shape.inputs + 1 : shape.columns;  // h_0 = 0
    const Scalar* rows = tape.rows + step * shape.columns * kPanel;
    for (std::size_t unit = 0; unit < shape.hidden; ++unit) {
      const UnitMemory at = unit_memory<Keep>(shape, tape, step, unit);
      for (std::size_t block = 0; block < kPanel; block += kBlock) {
        GateValues z[2];
        gate_products(weights + unit * shape.columns * kGates, rows + block, columns, z);
        activate<Keep>(z[0], moved<Keep>(at, block));
        activate<Keep>(z[1], moved<Keep>(at, block + Lanes));
      }
    }
  }

  /// Gradients of the gates' inputs from those of h_t and c_t, in place of the activations.
  static void gate_gradients(const UnitMemory& at, const Scalar* hidden_gradient,
                             Scalar* cell_gradient) {
    const Vec i = R::load(at.gates);
    const Vec f = R::load(at.gates + kPanel);
    const Vec g = R::load(at.gates + 2 * kPanel);
    const Vec o = R::load(at.gates + 3 * kPanel);
    const Vec cell_tanh = R::load(at.cell_tanh);
    const Vec dh = R::load(hidden_gradient);
    const Vec dc = R::load(cell_gradient) + dh * o * (1 - cell_tanh * cell_tanh);
    R::store(at.gates, dc * g * i * (1 - i));
    R::store(at.gates + kPanel, dc * R::load(at.cell_before) * f * (1 - f));
    R::store(at.gates + 2 * kPanel, dc * i * (1 - g * g));
    R::store(at.gates + 3 * kPanel, dh * cell_tanh * o * (1 - o));
    R::store(cell_gradient, dc * f);
  }

  /// Rows [first, first + Rows) of d loss / d h_{t-1} = W_h^T d loss / d z_t.
  template <std::size_t Rows>
  static void recurrent_tile(const Scalar* packed, const Scalar* gradients, std::size_t depth,
                             Scalar* result) {
    for (std::size_t block = 0; block < kPanel; block += kBlock) {
      Vec low[Rows] = {};
      Vec high[Rows] = {};
      for (std::size_t k = 0; k < depth; ++k) {
        const Vec z0 = R::load(gradients + k * kPanel + block);
        const Vec z1 = R::load(gradients + k * kPanel + block + Lanes);
        for (std::size_t r = 0; r < Rows; ++r) {
          const Scalar w = packed[k * Rows + r];
          low[r] += w * z0;
          high[r] += w * z1;
        }
      }
      for (std::size_t r = 0; r < Rows; ++r) {
        R::store(result + r * kPanel + block, low[r]);
        R::store(result + r * kPanel + block + Lanes, high[r]);
      }
    }
  }

  static void recurrent_product(const KernelShape& shape, const Scalar* packed,
                                const Scalar* gradients, Scalar* result) {
    const std::size_t depth = shape.hidden * kGates;
    std::size_t unit = 0;
    for (; unit + kTile <= shape.hidden; unit += kTile) {
      recurrent_tile<kTile>(packed + unit * depth, gradients, depth, result + unit * kPanel);
    }
    for (; unit < shape.hidden; ++unit) {
      recurrent_tile<1>(packed + unit * depth, gradients, depth, result + unit * kPanel);
    }
  }

  static void pack_tile(const KernelShape& shape, const Scalar* weights, std::size_t first,
                        std::size_t rows, Scalar* packed) {
    for (std::size_t unit = 0; unit < shape.hidden; ++unit) {
      for (std::size_t gate = 0; gate < kGates; ++gate) {
        for (std::size_t r = 0; r < rows; ++r) {
          const std::size_t column = unit * shape.columns + hidden_column(shape, first + r);
          *packed++ = weights[column * kGates + gate];
        }
      }
    }
  }

  /// gradient[column][gate] += sum over steps and windows of dz[gate] x[column].
  template <std::size_t Columns>
  static void gradient_tile(const KernelShape& shape, const Scalar* gates, const Scalar* rows,
                            Scalar* gradient) {
    Vec sum[Columns][kGates] = {};
    for (std::size_t step = 0; step < shape.steps; ++step) {
      const Scalar* dz = gates + step * shape.hidden * kGates * kPanel;
      const Scalar* x = rows + step * shape.columns * kPanel;
      for (std::size_t window = 0; window < kPanel; window += Lanes) {
        for (std::size_t g = 0; g < kGates; ++g) {
          const Vec dz_g = R::load(dz + g * kPanel + window);
          for (std::size_t c = 0; c < Columns; ++c) {
            sum[c][g] += dz_g * R::load(x + c * kPanel + window);
          }
        }
      }
    }
    for (std::size_t c = 0; c < Columns; ++c) {
      const FourSums<Scalar> total = sum_lanes(sum[c]);
      for (std::size_t g = 0; g < kGates; ++g) gradient[c * kGates + g] += total.value[g];
    }
  }

  static void unit_gradient(const KernelShape& shape, const Scalar* gates, const Scalar* rows,
                            Scalar* gradient) {
    std::size_t column = 0;
    for (; column + kGradientTile <= shape.columns; column += kGradientTile) {
      gradient_tile<kGradientTile>(shape, gates, rows + column * kPanel,
                                   gradient + column * kGates);
    }
    for (; column < shape.columns; ++column) {
      gradient_tile<1>(shape, gates, rows + column * kPanel, gradient + column * kGates);
    }
  }

 public:
  template <bool Keep>
  static void run(const KernelShape& shape, const Scalar* weights, const Tape<Scalar>& tape) {
    for (std::size_t step = 0; step < shape.steps; ++step) {
      step_forward<Keep>(shape, weights, tape, step);
    }
  }

  static void pack(const KernelShape& shape, const Scalar* weights, Scalar* packed) {
    const std::size_t depth = shape.hidden * kGates;
    std::size_t unit = 0;
    for (; unit + kTile <= shape.hidden; unit += kTile) {
      pack_tile(shape, weights, unit, kTile, packed + unit * depth);
    }
    for (; unit < shape.hidden; ++unit) pack_tile(shape, weights, unit, 1, packed + unit * depth);
  }

  static void backward(const KernelShape& shape, const Scalar* packed, const Tape<Scalar>& tape,
                       Scalar* gradient) {
    for (std::size_t step = shape.steps; step-- > 0;) {
      for (std::size_t unit = 0; unit < shape.hidden; ++unit) {
        const UnitMemory at = unit_memory<true>(shape, tape, step, unit);
        for (std::size_t window = 0; window < kPanel; window += Lanes) {
          gate_gradients(moved<true>(at, window), tape.hidden_gradient + unit * kPanel + window,
                         tape.cell_gradient + unit * kPanel + window);
        }
      }
      if (step == 0) break;
      recurrent_product(shape, packed, tape.gates + step * shape.hidden * kGates * kPanel,
                        tape.hidden_gradient);
    }
    for (std::size_t unit = 0; unit < shape.hidden; ++unit) {
      unit_gradient(shape, tape.gates + unit * kGates * kPanel, tape.rows,
                    gradient + unit * shape.columns * kGates);
    }
  }

  static void adam(std::size_t count, const AdamStep& step, const Scalar* gradient, Scalar* moments,
                   Scalar* parameters) {
    const auto beta1 = static_cast<Scalar>(step.beta1);
    const auto beta2 = static_cast<Scalar>(step.beta2);
    const auto rate = static_cast<Scalar>(step.rate);
    const auto correction = static_cast<Scalar>(step.root_correction);
    const auto epsilon = static_cast<Scalar>(step.epsilon);
    Scalar* __restrict mean = moments;
    Scalar* __restrict square = moments + count;
    Scalar* __restrict theta = parameters;
    for (std::size_t i = 0; i < count; ++i) {
      const Scalar g = gradient[i];
      mean[i] = beta1 * mean[i] + (1 - beta1) * g;
      square[i] = beta2 * square[i] + (1 - beta2) * g * g;
      theta[i] -= rate * mean[i] / (root(square[i]) * correction + epsilon);
    }
  }

  static void sigmoid(std::size_t count, const Scalar* x, Scalar* y) {
    for (std::size_t i = 0; i < count; i += Lanes) R::store(y + i, A::sigmoid(R::load(x + i)));
  }
  static void tanh(std::size_t count, const Scalar* x, Scalar* y) {
    for (std::size_t i = 0; i < count; i += Lanes) R::store(y + i, A::tanh(R::load(x + i)));
  }

  static constexpr Kernel<Scalar> table(const char* name) {
    return {name, run<true>, run<false>, pack, backward, adam, sigmoid, tanh};
  }

 private:
  static float root(float x) { return __builtin_sqrtf(x); }
  static double root(double x) { return __builtin_sqrt(x); }
};

}  // namespace
}  // namespace forecart::lstm
