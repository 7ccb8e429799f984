#pragma once

// Packed products. Included by kernel_*.cpp only: internal linkage.

#include "models/net/kernel_table.h"
#include "models/net/kernel_tile.h"

namespace forecart::net {
namespace {

/// Traits: Scalar, kLanes of a register, kGroup (see PanelOf) and kRows of a tile.
template <class Traits>
struct Products {
  using Scalar = typename Traits::Scalar;
  static constexpr int kLanes = Traits::kLanes;
  static constexpr std::size_t kPanel = PanelOf<Traits>::kPanel;

  template <std::size_t Rows>
  using TileOf = Tile<Scalar, kLanes, Rows, PanelOf<Traits>::kWide>;

  /// Tiles of rows; within a tile [column][row].
  static void pack(const PackSource<Scalar>& from, Scalar* packed) {
    const Tiling tiling = Tiling::of(from.rows, Traits::kRows);
    const Scalar* row = from.numbers;
    for (std::size_t tile = 0; tile < tiling.count; ++tile) {
      const std::size_t rows = tiling.size(tile);
      for (std::size_t c = 0; c < from.columns; ++c) {
        const Scalar* column = row + c * from.column_stride;
        for (std::size_t r = 0; r < rows; ++r) *packed++ = column[r * from.row_stride];
      }
      row += rows * from.row_stride;
    }
  }

  template <bool Add>
  struct ProductTile {
    std::size_t columns;
    const Scalar* packed;
    const Scalar* x;
    Scalar* y;

    template <std::size_t Rows>
    void run() const {
      TileOf<Rows> tile;
      if constexpr (Add) {
        tile.load(y, kPanel);
      } else {
        tile.clear();
      }
      tile.template accumulate<1, Rows>(columns, packed, x, kPanel);
      tile.store(y, kPanel);
    }
  };

  /// The columns of `at` are those from `first` on of as many more.
  template <bool Add>
  static void product_of(std::size_t rows, ProductTile<Add> at, std::size_t first = 0) {
    const Tiling tiling = Tiling::of(rows, Traits::kRows);
    for (std::size_t tile = 0; tile < tiling.count; ++tile) {
      const std::size_t size = tiling.size(tile);
      at.packed += size * first;
      with_size<Traits::kRows>(size, at);
      at.packed += size * at.columns;
      at.y += size * kPanel;
    }
  }

  static void product(std::size_t rows, std::size_t columns, const Scalar* packed, const Scalar* x,
                      Scalar* y, bool add) {
    if (columns == 0) {
      if (!add) __builtin_memset(y, 0, rows * kPanel * sizeof(Scalar));
    } else if (add) {
      product_of(rows, ProductTile<true>{columns, packed, x, y});
    } else {
      product_of(rows, ProductTile<false>{columns, packed, x, y});
    }
  }
};

}  // namespace
}  // namespace forecart::net
