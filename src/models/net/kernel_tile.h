#pragma once

// The register tile every product is made of. Included by kernel_*.cpp only: everything has
// internal linkage, because each of them is compiled for another instruction set.

#include "models/net/kernel_activation.h"

#include <cstddef>

namespace forecart::net {
namespace {

/// `total` things in tiles of at most `most`, sizes as equal as can be.
struct Tiling {
  std::size_t count;
  std::size_t small;  // size of the last tiles
  std::size_t large;  // how many first ones have one more

  static Tiling of(std::size_t total, std::size_t most) {
    const std::size_t count = (total + most - 1) / most;
    return {count, count == 0 ? 0 : total / count, count == 0 ? 0 : total % count};
  }
  std::size_t size(std::size_t tile) const { return small + (tile < large ? 1 : 0); }
};

/// How wide a panel is, whatever the registers: sums over windows are taken in groups of
/// Traits::kGroup lanes, so that kernels of one group give the same bytes where they round alike.
template <class Traits>
struct PanelOf {
  static constexpr std::size_t kGroup = Traits::kGroup;
  static constexpr std::size_t kPanel = 2 * kGroup;
  static constexpr std::size_t kWide = kPanel / Traits::kLanes;  // registers side by side
};

/// Rows x (Wide registers) of sums.
template <class Scalar, int Lanes, std::size_t Rows, std::size_t Wide>
struct Tile {
  using R = Register<Scalar, Lanes>;
  using Vec = typename R::Vec;

  Vec sum[Rows][Wide];

  /// Not an initialiser: that is a call of memset.
  void clear() {
    for (std::size_t r = 0; r < Rows; ++r) {
      for (std::size_t v = 0; v < Wide; ++v) sum[r][v] = Vec{};
    }
  }

  /// sum[r] += sum over k of left[r * RowStride + k * DepthStride] right[k * right_stride ...].
  /// `depth` is at least one: a loop that may not run would keep the sums in memory.
  template <std::size_t RowStride, std::size_t DepthStride>
  void accumulate(std::size_t depth, const Scalar* left, const Scalar* right,
                  std::size_t right_stride) {
    std::size_t k = depth;
    do {
      Vec x[Wide];
      for (std::size_t v = 0; v < Wide; ++v) x[v] = R::load(right + v * Lanes);
      for (std::size_t r = 0; r < Rows; ++r) {
        const Vec w = R::broadcast(left[r * RowStride]);
        for (std::size_t v = 0; v < Wide; ++v) sum[r][v] += w * x[v];
      }
      left += DepthStride;
      right += right_stride;
    } while (--k > 0);
  }

  void load(const Scalar* from, std::size_t stride) {
    for (std::size_t r = 0; r < Rows; ++r) {
      for (std::size_t v = 0; v < Wide; ++v) sum[r][v] = R::load(from + r * stride + v * Lanes);
    }
  }
  void store(Scalar* to, std::size_t stride) const {
    for (std::size_t r = 0; r < Rows; ++r) {
      for (std::size_t v = 0; v < Wide; ++v) R::store(to + r * stride + v * Lanes, sum[r][v]);
    }
  }
};

/// Calls `work.template run<n>()` for the n in 1 ... Most that `size` is.
template <std::size_t Most, class Work>
void with_size(std::size_t size, const Work& work) {
  if (size == Most) {
    work.template run<Most>();
  } else if constexpr (Most > 1) {
    with_size<Most - 1>(size, work);
  }
}

}  // namespace
}  // namespace forecart::net
