#pragma once

// Gradients of weights. Included by kernel_*.cpp only: internal linkage.

#include "models/net/kernel_shuffle.h"
#include "models/net/kernel_table.h"
#include "models/net/kernel_tile.h"

namespace forecart::net {
namespace {

/// gradient += left right', summed over steps and windows. Whole groups of columns are tiles of the
/// transposed right factor; a narrow rest (the bias nearly always leaves one) is a sum of
/// products along the windows, which needs no padding.
template <class Traits>
struct Gradients {
  using Scalar = typename Traits::Scalar;
  static constexpr std::size_t kLanes = Traits::kLanes;
  static constexpr std::size_t kGroup = PanelOf<Traits>::kGroup;
  static constexpr std::size_t kPanel = PanelOf<Traits>::kPanel;
  static constexpr std::size_t kWide = PanelOf<Traits>::kWide;
  /// Registers of a group.
  static constexpr std::size_t kParts = kGroup / kLanes;
  /// Columns that a rest may have; a wider one is padded to a group.
  static constexpr std::size_t kRest = kGroup > 4 ? 4 : kGroup - 1;

  using R = Register<Scalar, Traits::kLanes>;
  using Vec = typename R::Vec;
  using S = Shuffle<Scalar, Traits::kLanes>;

  /// Rows of `left` from `row` on, columns from `column` on.
  struct GradientTile {
    const WeightGradient<Scalar>& all;
    std::size_t row;
    std::size_t column;
    std::size_t columns;  // that count

    template <std::size_t Rows>
    void run() const {
      if (columns == kPanel) {
        add_whole(sums<Rows, kWide>());
      } else if (columns > kGroup) {
        add_part(sums<Rows, kWide>());
      } else if (columns == kGroup) {
        add_whole(sums<Rows, kParts>());
      } else {
        add_part(sums<Rows, kParts>());
      }
    }

    template <std::size_t Rows, std::size_t Wide>
    Tile<Scalar, Traits::kLanes, Rows, Wide> sums() const {
      Tile<Scalar, Traits::kLanes, Rows, Wide> tile;
      tile.clear();
      const Scalar* left = all.left + row * kPanel;
      const Scalar* right = all.transposed + column;
      std::size_t step = all.steps;
      do {
        tile.template accumulate<kPanel, 1>(kPanel, left, right, all.stride);
        left += all.rows * kPanel;
        right += kPanel * all.stride;
      } while (--step > 0);
      return tile;
    }

    Scalar* gradient(std::size_t r) const {
      return all.gradient + (row + r) * all.columns + column;
    }

    template <std::size_t Rows, std::size_t Wide>
    void add_whole(const Tile<Scalar, Traits::kLanes, Rows, Wide>& tile) const {
      for (std::size_t r = 0; r < Rows; ++r) {
        for (std::size_t v = 0; v < Wide; ++v) {
          Scalar* to = gradient(r) + v * kLanes;
          R::store(to, R::load(to) + tile.sum[r][v]);
        }
      }
    }

    template <std::size_t Rows, std::size_t Wide>
    void add_part(const Tile<Scalar, Traits::kLanes, Rows, Wide>& tile) const {
      Scalar sums[Rows * Wide * kLanes];
      tile.store(sums, Wide * kLanes);
      for (std::size_t r = 0; r < Rows; ++r) {
        for (std::size_t c = 0; c < columns; ++c) gradient(r)[c] += sums[r * Wide * kLanes + c];
      }
    }
  };

  static void tiles(const WeightGradient<Scalar>& all, std::size_t columns) {
    const Tiling tiling = Tiling::of(all.rows, Traits::kRows);
    std::size_t row = 0;
    for (std::size_t tile = 0; tile < tiling.count; ++tile) {
      const std::size_t size = tiling.size(tile);
      for (std::size_t column = 0; column < columns; column += kPanel) {
        const std::size_t left = columns - column;
        with_size<Traits::kRows>(size,
                                 GradientTile{all, row, column, left < kPanel ? left : kPanel});
      }
      row += size;
    }
  }

  /// Rows x Columns sums of products along the windows, one register each, over one part of every
  /// group; lane r * Columns + c of the result is that of row r and column c.
  template <std::size_t Rows, std::size_t Columns>
  static Vec rest_part(const WeightGradient<Scalar>& all, std::size_t row, std::size_t column,
                       std::size_t part) {
    static_assert(Rows * Columns <= kLanes);
    Vec sum[kLanes];
    for (Vec& s : sum) s = Vec{};
    for (std::size_t step = 0; step < all.steps; ++step) {
      const Scalar* left = all.left + (step * all.rows + row) * kPanel;
      const Scalar* right = all.right + (step * all.right_rows + column) * kPanel;
      for (std::size_t v = part * kLanes; v < kPanel; v += kGroup) {
        for (std::size_t c = 0; c < Columns; ++c) {
          const Vec x = R::load(right + c * kPanel + v);
          for (std::size_t r = 0; r < Rows; ++r) {
            sum[r * Columns + c] += x * R::load(left + r * kPanel + v);
          }
        }
      }
    }
    return S::sums(sum);
  }

  /// The parts of a group are summed in pairs, as the lanes of a register are.
  template <std::size_t Rows, std::size_t Columns>
  static void rest_tile(const WeightGradient<Scalar>& all, std::size_t row, std::size_t column) {
    Vec parts[kParts];
    for (std::size_t p = 0; p < kParts; ++p)
      parts[p] = rest_part<Rows, Columns>(all, row, column, p);
    for (std::size_t apart = 1; apart < kParts; apart *= 2) {
      for (std::size_t p = 0; p < kParts; p += 2 * apart) parts[p] += parts[p + apart];
    }
    Scalar sums[kLanes];
    R::store(sums, parts[0]);
    for (std::size_t r = 0; r < Rows; ++r) {
      Scalar* to = all.gradient + (row + r) * all.columns + column;
      for (std::size_t c = 0; c < Columns; ++c) to[c] += sums[r * Columns + c];
    }
  }

  struct Rest {
    const WeightGradient<Scalar>& all;
    std::size_t column;

    template <std::size_t Columns>
    void run() const {
      constexpr std::size_t kTileRows = kLanes / Columns;
      std::size_t row = 0;
      for (; row + kTileRows <= all.rows; row += kTileRows) {
        rest_tile<kTileRows, Columns>(all, row, column);
      }
      for (; row < all.rows; ++row) rest_tile<1, Columns>(all, row, column);
    }
  };

  static void weight_gradient(const WeightGradient<Scalar>& all) {
    const std::size_t rest = all.columns % kLanes;
    const std::size_t tiled = rest <= kRest ? all.columns - rest : all.columns;
    tiles(all, tiled);
    if (tiled < all.columns) with_size<kRest>(rest, Rest{all, tiled});
  }

  /// Registers [row, row + kLanes) of the windows from `window` on; those past the last are zero.
  static void transpose_block(std::size_t rows, const Scalar* x, Scalar* to, std::size_t stride) {
    Vec block[kLanes];
    for (std::size_t i = 0; i < kLanes; ++i) block[i] = i < rows ? R::load(x + i * kPanel) : Vec{};
    S::transpose(block);
    for (std::size_t i = 0; i < kLanes; ++i) R::store(to + i * stride, block[i]);
  }

  static void transpose(std::size_t rows, const Scalar* x, Scalar* transposed, std::size_t stride) {
    for (std::size_t row = 0; row < rows; row += kLanes) {
      for (std::size_t window = 0; window < kPanel; window += kLanes) {
        transpose_block(rows - row, x + row * kPanel + window, transposed + window * stride + row,
                        stride);
      }
    }
  }
};

}  // namespace
}  // namespace forecart::net
