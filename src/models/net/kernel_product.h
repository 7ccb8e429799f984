#pragma once

// Packed products and weight gradients. Included by kernel_*.cpp only: internal linkage.

#include "models/net/kernel_table.h"
#include "models/net/kernel_tile.h"

namespace forecart::net {
namespace {

/// Traits: Scalar, kLanes, kRows (of a product tile) and kUnits (of a gate tile).
template <class Traits>
struct Products {
  using Scalar = typename Traits::Scalar;
  static constexpr int kLanes = Traits::kLanes;
  static constexpr std::size_t kPanel = kWide * std::size_t{kLanes};

  template <std::size_t Rows, std::size_t Wide = kWide>
  using TileOf = Tile<Scalar, kLanes, Rows, Wide>;
  using R = Register<Scalar, kLanes>;

  /// Tiles of `granule` x (at most `most`) rows; within a tile [column][row].
  static void pack_tiles(const PackSource<Scalar>& from, std::size_t granule, std::size_t most,
                         Scalar* packed) {
    const Tiling tiling = Tiling::of(from.rows / granule, most);
    const Scalar* row = from.numbers;
    for (std::size_t tile = 0; tile < tiling.count; ++tile) {
      const std::size_t rows = granule * tiling.size(tile);
      for (std::size_t r = 0; r < rows; ++r, row += from.row_stride) {
        for (std::size_t c = 0; c < from.columns; ++c) {
          packed[c * rows + r] = row[c * from.column_stride];
        }
      }
      packed += rows * from.columns;
    }
  }

  static void pack(const PackSource<Scalar>& from, Scalar* packed) {
    pack_tiles(from, 1, Traits::kRows, packed);
  }

  struct ProductTile {
    std::size_t columns;
    const Scalar* packed;
    const Scalar* x;
    Scalar* y;
    bool add;

    template <std::size_t Rows>
    void run() const {
      TileOf<Rows> tile;
      if (add) tile.load(y, kPanel);
      tile.template accumulate<1, Rows>(columns, packed, x, kPanel);
      tile.store(y, kPanel);
    }
  };

  static void product(std::size_t rows, std::size_t columns, const Scalar* packed, const Scalar* x,
                      Scalar* y, bool add) {
    const Tiling tiling = Tiling::of(rows, Traits::kRows);
    for (std::size_t tile = 0; tile < tiling.count; ++tile) {
      const std::size_t size = tiling.size(tile);
      with_size<Traits::kRows>(size, ProductTile{columns, packed, x, y, add});
      packed += size * columns;
      y += size * kPanel;
    }
  }

  /// One tile of a weight gradient: rows of `left` from `left` on, columns from `right` on.
  struct GradientTile {
    const WeightGradient<Scalar>& all;
    const Scalar* left;
    const Scalar* right;
    Scalar* gradient;
    std::size_t columns;  // that count

    template <std::size_t Rows>
    void run() const {
      columns > std::size_t{kLanes} ? run_wide<Rows, kWide>() : run_wide<Rows, 1>();
    }

    template <std::size_t Rows, std::size_t Wide>
    void run_wide() const {
      TileOf<Rows, Wide> tile;
      for (std::size_t step = 0; step < all.steps; ++step) {
        tile.template accumulate<kPanel, 1>(kPanel, left + step * all.step_stride,
                                            right + step * kPanel * all.right_stride,
                                            all.right_stride);
      }
      columns == Wide* kLanes ? add_whole(tile) : add_part(tile);
    }

    template <std::size_t Rows, std::size_t Wide>
    void add_whole(const TileOf<Rows, Wide>& tile) const {
      for (std::size_t r = 0; r < Rows; ++r) {
        Scalar* to = gradient + r * all.columns;
        for (std::size_t v = 0; v < Wide; ++v) {
          R::store(to + v * kLanes, R::load(to + v * kLanes) + tile.sum[r][v]);
        }
      }
    }

    template <std::size_t Rows, std::size_t Wide>
    void add_part(const TileOf<Rows, Wide>& tile) const {
      Scalar sums[Rows * Wide * kLanes];
      tile.store(sums, Wide * kLanes);
      for (std::size_t r = 0; r < Rows; ++r) {
        Scalar* to = gradient + r * all.columns;
        for (std::size_t c = 0; c < columns; ++c) to[c] += sums[r * Wide * kLanes + c];
      }
    }
  };

  static void weight_gradient(const WeightGradient<Scalar>& all) {
    const Tiling tiling = Tiling::of(all.rows, Traits::kRows);
    std::size_t row = 0;
    for (std::size_t tile = 0; tile < tiling.count; ++tile) {
      const std::size_t size = tiling.size(tile);
      for (std::size_t column = 0; column < all.columns; column += kPanel) {
        const std::size_t left = all.columns - column;
        with_size<Traits::kRows>(
            size,
            GradientTile{all, all.left + row * kPanel, all.right + column,
                         all.gradient + row * all.columns + column, left < kPanel ? left : kPanel});
      }
      row += size;
    }
  }

  /// First version: by elements.
  static void transpose(std::size_t rows, const Scalar* x, Scalar* transposed, std::size_t stride) {
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t b = 0; b < kPanel; ++b) transposed[b * stride + row] = x[row * kPanel + b];
    }
  }
};

}  // namespace
}  // namespace forecart::net
