#pragma once

#include "aggregates/sales_cube.h"

#include <array>
#include <cstdint>

namespace forecart {

/// Sums of a cell in a slot of time.
struct Fact {
  std::int64_t cell = 0;
  std::int64_t slot = 0;
  std::int64_t lines = 0;
  std::int64_t units = 0;
  std::int64_t revenue = 0;
  std::int64_t orders = 0;  ///< that lie in it alone

  void operator+=(const Fact& other) {
    lines += other.lines;
    units += other.units;
    revenue += other.revenue;
    orders += other.orders;
  }
};

/// Fills a cube with facts that come in order; those of the same cell and slot become one.
class FactWriter {
 public:
  explicit FactWriter(SalesCube& cube) : cube_(cube) {}

  void add(const Fact& fact) {
    if (any_ && fact.cell == last_.cell && fact.slot == last_.slot) {
      last_ += fact;
      return;
    }
    flush();
    last_ = fact;
    any_ = true;
  }

  void finish() {
    flush();
    for (NarrowColumn* column :
         {&cube_.cell, &cube_.slot, &cube_.lines, &cube_.units, &cube_.revenue, &cube_.orders}) {
      column->finish();
    }
  }

 private:
  void flush() {
    if (!any_) return;
    cube_.cell.add(last_.cell);
    cube_.slot.add(last_.slot);
    cube_.lines.add(last_.lines);
    cube_.units.add(last_.units);
    cube_.revenue.add(last_.revenue);
    cube_.orders.add(last_.orders);
  }

  SalesCube& cube_;
  Fact last_;
  bool any_ = false;
};

/// Calls `visit` with every fact of a cube, in order.
template <typename Visit>
void for_each_fact(const SalesCube& cube, const Visit& visit) {
  std::array<std::array<std::int64_t, NarrowColumn::kBlock>, 6> read;
  for (std::size_t block = 0; block < cube.cell.block_count(); ++block) {
    cube.cell.read(block, read[0].data());
    cube.slot.read(block, read[1].data());
    cube.lines.read(block, read[2].data());
    cube.units.read(block, read[3].data());
    cube.revenue.read(block, read[4].data());
    cube.orders.read(block, read[5].data());
    for (std::size_t i = 0; i < cube.cell.block_size(block); ++i) {
      visit(Fact{read[0][i], read[1][i], read[2][i], read[3][i], read[4][i], read[5][i]});
    }
  }
}

}  // namespace forecart
