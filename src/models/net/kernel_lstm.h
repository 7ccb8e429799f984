#pragma once

// One step of an LSTM layer, forward and backward. Included by kernel_*.cpp only: internal linkage.

#include "models/net/kernel_product.h"

namespace forecart::net {
namespace {

template <class Traits>
struct LstmKernels {
  using Scalar = typename Traits::Scalar;
  static constexpr int kLanes = Traits::kLanes;
  static constexpr std::size_t kPanel = kWide * std::size_t{kLanes};
  static constexpr std::size_t kGateCount = 4;  // input, forget, candidate, output

  using R = Register<Scalar, kLanes>;
  using Vec = typename R::Vec;
  using A = Activation<Scalar, kLanes>;

  static void pack_gates(const PackSource<Scalar>& from, Scalar* packed) {
    Products<Traits>::pack_tiles(from, kGateCount, Traits::kUnits, packed);
  }

  /// Sums of one unit, and what becomes of them.
  using Gates = Vec[kGateCount][kWide];

  static Scalar* gate_memory(const LstmStep<Scalar>& step, std::size_t unit, std::size_t v) {
    return step.gates + unit * kGateCount * kPanel + v * kLanes;
  }

  /// c_t = f c_{t-1} + i g for one unit and one register of windows. Leaves o in the place of its
  /// sum and c_t in that of g.
  template <bool Keep>
  static void update_cell(Gates& z, std::size_t v, const LstmStep<Scalar>& step, std::size_t unit) {
    // One division for the four gates; one for several windows would let them see each other.
    const auto qi = A::sigmoid_quotient(z[0][v]);
    const auto qf = A::sigmoid_quotient(z[1][v]);
    const auto qg = A::tanh_quotient(z[2][v]);
    const auto qo = A::sigmoid_quotient(z[3][v]);
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
    z[2][v] = cell;
    z[3][v] = o;
    if constexpr (Keep) {
      Scalar* gates = gate_memory(step, unit, v);
      R::store(gates, i);
      R::store(gates + kPanel, f);
      R::store(gates + 2 * kPanel, g);
      R::store(gates + 3 * kPanel, o);
    }
  }

  /// h_t = o tanh(c_t) for one unit and one register of windows.
  template <bool Keep>
  static void update_hidden(const Gates& z, std::size_t v, const LstmStep<Scalar>& step,
                            std::size_t unit) {
    const std::size_t at = unit * kPanel + v * kLanes;
    const Vec cell_tanh = A::tanh(z[2][v]);
    R::store(step.hidden_after + at, z[3][v] * cell_tanh);
    if constexpr (Keep) R::store(step.cell_tanh + at, cell_tanh);
  }

  /// The units of one tile: gates as products in registers, then their activations. All cells come
  /// before the first hidden state, which would wait for its own cell.
  template <bool Keep>
  struct UnitTile {
    const LstmStep<Scalar>& step;
    const Scalar* packed;
    std::size_t unit;

    template <std::size_t Units>
    void run() const {
      constexpr std::size_t kRows = kGateCount * Units;
      Tile<Scalar, kLanes, kRows> tile;
      tile.clear();
      tile.template accumulate<1, kRows>(step.columns - step.first, packed + step.first * kRows,
                                         step.rows + step.first * kPanel, kPanel);
      const auto gates = [&](std::size_t u) -> Gates& {
        return reinterpret_cast<Gates&>(tile.sum[kGateCount * u]);
      };
      for (std::size_t u = 0; u < Units; ++u) {
        for (std::size_t v = 0; v < kWide; ++v) update_cell<Keep>(gates(u), v, step, unit + u);
      }
      for (std::size_t u = 0; u < Units; ++u) {
        for (std::size_t v = 0; v < kWide; ++v) update_hidden<Keep>(gates(u), v, step, unit + u);
      }
    }
  };

  template <bool Keep>
  static void run(const LstmStep<Scalar>& step, const Scalar* packed) {
    const Tiling tiling = Tiling::of(step.hidden, Traits::kUnits);
    std::size_t unit = 0;
    for (std::size_t tile = 0; tile < tiling.count; ++tile) {
      const std::size_t units = tiling.size(tile);
      with_size<Traits::kUnits>(units, UnitTile<Keep>{step, packed, unit});
      packed += kGateCount * units * step.columns;
      unit += units;
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
