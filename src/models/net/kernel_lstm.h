#pragma once

// One step of an LSTM layer, forward and backward. Included by kernel_*.cpp only: internal linkage.

#include "models/net/kernel_product.h"

namespace forecart::net {
namespace {

template <class Traits>
struct LstmKernels {
  using Scalar = typename Traits::Scalar;
  static constexpr int kLanes = Traits::kLanes;
  static constexpr std::size_t kPanel = PanelOf<Traits>::kPanel;
  static constexpr std::size_t kWide = PanelOf<Traits>::kWide;
  static constexpr std::size_t kGateCount = 4;  // input, forget, candidate, output

  using R = Register<Scalar, kLanes>;
  using Vec = typename R::Vec;
  using A = Activation<Scalar, kLanes>;
  using ProductTile = typename Products<Traits>::template ProductTile<false>;

  /// What the hidden state of one unit and one register of windows is made of.
  struct CellState {
    Vec cell;
    Vec output_gate;
  };

  /// c_t = f c_{t-1} + i g, from the sums of the gates, which give way to the gates if they are
  /// kept.
  template <bool Keep>
  static CellState update_cell(const LstmStep<Scalar>& step, std::size_t unit, std::size_t v) {
    Scalar* gates = step.gates + unit * kGateCount * kPanel + v * kLanes;
    // One division for the four gates; one for several windows would let them see each other.
    const auto qi = A::sigmoid_quotient(R::load(gates));
    const auto qf = A::sigmoid_quotient(R::load(gates + kPanel));
    const auto qg = A::tanh_quotient(R::load(gates + 2 * kPanel));
    const auto qo = A::sigmoid_quotient(R::load(gates + 3 * kPanel));
    const Vec both_if = qi.below * qf.below;
    const Vec both_go = qg.below * qo.below;
    const Vec inverse = 1 / (both_if * both_go);
    const Vec inverse_if = inverse * both_go;
    const Vec inverse_go = inverse * both_if;
    const Vec i = inverse_if * qf.below;
    const Vec f = inverse_if * qi.below;
    const Vec g = inverse_go * qo.below * qg.above;
    const Vec o = inverse_go * qg.below;
    const std::size_t at = unit * kPanel + v * kLanes;
    const Vec cell = f * R::load(step.cells_before + at) + i * g;
    R::store(step.cells_after + at, cell);
    if constexpr (Keep) {
      R::store(gates, i);
      R::store(gates + kPanel, f);
      R::store(gates + 2 * kPanel, g);
      R::store(gates + 3 * kPanel, o);
    }
    return {cell, o};
  }

  /// h_t = o tanh(c_t).
  template <bool Keep>
  static void update_hidden(const LstmStep<Scalar>& step, std::size_t at, const CellState& state) {
    const Vec cell_tanh = A::tanh(state.cell);
    R::store(step.hidden_after + at, state.output_gate * cell_tanh);
    if constexpr (Keep) R::store(step.cell_tanh + at, cell_tanh);
  }

  /// From sums to states for some units. All cells come before the first hidden state, which would
  /// wait for its own.
  template <bool Keep>
  struct Units {
    const LstmStep<Scalar>& step;
    std::size_t first;

    template <std::size_t Count>
    void run() const {
      CellState states[Count][kWide];
      for (std::size_t u = 0; u < Count; ++u) {
        for (std::size_t v = 0; v < kWide; ++v) {
          states[u][v] = update_cell<Keep>(step, first + u, v);
        }
      }
      for (std::size_t u = 0; u < Count; ++u) {
        for (std::size_t v = 0; v < kWide; ++v) {
          update_hidden<Keep>(step, (first + u) * kPanel + v * kLanes, states[u][v]);
        }
      }
    }
  };

  template <bool Keep>
  static void run(const LstmStep<Scalar>& step, const Scalar* packed) {
    Products<Traits>::product_of(
        kGateCount * step.hidden,
        ProductTile{step.columns - step.first, packed, step.rows + step.first * kPanel, step.gates},
        step.first);
    constexpr std::size_t kTogether = 3;
    for (std::size_t unit = 0; unit < step.hidden; unit += kTogether) {
      const std::size_t left = step.hidden - unit;
      with_size<kTogether>(left < kTogether ? left : kTogether, Units<Keep>{step, unit});
    }
  }

  /// Back through the activations, docs/models/net.md.
  static void gate_gradient(const LstmGradient<Scalar>& of) {
    for (std::size_t at = 0; at < of.hidden * kPanel; at += kLanes) {
      const std::size_t gate = at / kPanel * kGateCount * kPanel + at % kPanel;
      const Vec i = R::load(of.gates + gate);
      const Vec f = R::load(of.gates + gate + kPanel);
      const Vec g = R::load(of.gates + gate + 2 * kPanel);
      const Vec o = R::load(of.gates + gate + 3 * kPanel);
      const Vec cell_tanh = R::load(of.cell_tanh + at);
      const Vec dh = R::load(of.hidden_gradient + at);
      const Vec dc = R::load(of.cell_gradient + at) + dh * o * (1 - cell_tanh * cell_tanh);
      Scalar* to = of.gate_gradient + gate;
      R::store(to, dc * g * i * (1 - i));
      R::store(to + kPanel, dc * R::load(of.cells_before + at) * f * (1 - f));
      R::store(to + 2 * kPanel, dc * i * (1 - g * g));
      R::store(to + 3 * kPanel, dh * cell_tanh * o * (1 - o));
      R::store(of.cell_gradient + at, dc * f);
    }
  }
};

}  // namespace
}  // namespace forecart::net
