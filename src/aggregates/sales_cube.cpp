#include "aggregates/sales_cube.h"

#include "aggregates/fact_writer.h"
#include "aggregates/order_gatherer.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace forecart {

namespace {

/// Cells of a roll-up by the codes of the dimensions that are kept.
class CoarseCells {
 public:
  CoarseCells(const SalesCube& cube, const std::vector<std::size_t>& kept) {
    for (const std::size_t d : kept) {
      dimensions_.push_back({cube.dimensions[d].name, cube.dimensions[d].values, {}});
    }
    for (std::int64_t cell = 0; cell < cube.cells; ++cell) add(cube, kept, cell);
  }

  std::int64_t count() const { return static_cast<std::int64_t>(numbers_.size()); }
  const std::vector<std::int64_t>& of_cell() const { return of_cell_; }
  std::vector<CubeDimension> take_dimensions() { return std::move(dimensions_); }

 private:
  void add(const SalesCube& cube, const std::vector<std::size_t>& kept, std::int64_t cell) {
    std::u32string key;
    for (const std::size_t d : kept) {
      key += static_cast<char32_t>(cube.dimensions[d].codes[static_cast<std::size_t>(cell)]);
    }
    const auto [at, is_new] = numbers_.try_emplace(key, count());
    of_cell_.push_back(at->second);
    if (!is_new) return;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      dimensions_[i].codes.push_back(static_cast<std::int32_t>(key[i]));
    }
  }

  std::vector<CubeDimension> dimensions_;
  std::unordered_map<std::u32string, std::int64_t> numbers_;
  std::vector<std::int64_t> of_cell_;
};

/// Sums of a roll-up while it is made: one for every cell and slot, used or not.
class DenseFacts {
 public:
  DenseFacts(std::int64_t cells, std::size_t slots)
      : slots_(slots), facts_(static_cast<std::size_t>(cells) * slots) {}

  void add(std::int64_t cell, const Fact& fact) {
    Sum& sum =
        facts_[static_cast<std::size_t>(cell) * slots_ + static_cast<std::size_t>(fact.slot)];
    sum.used = true;
    sum.fact += fact;
  }

  void write(FactWriter& writer) {
    for (std::size_t i = 0; i < facts_.size(); ++i) {
      if (!facts_[i].used) continue;
      facts_[i].fact.cell = static_cast<std::int64_t>(i / slots_);
      facts_[i].fact.slot = static_cast<std::int64_t>(i % slots_);
      writer.add(facts_[i].fact);
    }
  }

 private:
  struct Sum {
    Fact fact;
    bool used = false;
  };
  std::size_t slots_;
  std::vector<Sum> facts_;
};

/// Spread orders of a cube by the cells of a roll-up, in which some lie in one fact.
void roll_up_orders(const SpreadOrders& spread, const std::vector<std::int64_t>& cells,
                    OrderGatherer& gatherer) {
  std::array<std::array<std::int64_t, NarrowColumn::kBlock>, 3> read;
  std::int64_t open = 0;
  for (std::size_t block = 0; block < spread.order.block_count(); ++block) {
    spread.order.read(block, read[0].data());
    spread.cell.read(block, read[1].data());
    spread.slot.read(block, read[2].data());
    for (std::size_t row = 0; row < spread.order.block_size(block); ++row) {
      if (read[0][row] != open) gatherer.end_order();
      open = read[0][row];
      gatherer.add_line(cells[static_cast<std::size_t>(read[1][row])], read[2][row]);
    }
  }
  gatherer.end_order();
  gatherer.finish();
}

}  // namespace

std::size_t SalesCube::key_bytes() const {
  std::size_t sum = 0;
  for (const CubeDimension& dimension : dimensions) {
    sum += dimension.codes.capacity() * sizeof(std::int32_t);
    for (const std::string& value : dimension.values) sum += sizeof value + value.capacity();
  }
  return sum + times.starts.capacity() * sizeof(Instant) * (1 + times.buckets.size());
}

std::size_t SalesCube::fact_bytes() const {
  std::size_t sum = 0;
  for (const NarrowColumn* column : {&cell, &slot, &lines, &units, &revenue, &orders, &spread.order,
                                     &spread.cell, &spread.slot}) {
    sum += column->bytes();
  }
  return sum;
}

SalesCube roll_up(const SalesCube& cube, const std::vector<std::size_t>& kept) {
  SalesCube result;
  CoarseCells cells(cube, kept);
  result.cells = cells.count();
  result.dimensions = cells.take_dimensions();
  result.times = cube.times;
  result.zone = cube.zone;
  DenseFacts facts(result.cells, cube.times.size());
  for_each_fact(cube, [&](const Fact& fact) {
    facts.add(cells.of_cell()[static_cast<std::size_t>(fact.cell)], fact);
  });
  OrderGatherer gatherer(result.spread, [&](std::int64_t cell, std::int64_t slot) {
    facts.add(cell, {cell, slot, 0, 0, 0, 1});
  });
  roll_up_orders(cube.spread, cells.of_cell(), gatherer);
  FactWriter writer(result);
  facts.write(writer);
  writer.finish();
  return result;
}

std::vector<std::size_t> coarse_dimensions(const SalesCube& cube) {
  constexpr std::size_t kGain = 8;
  std::vector<std::size_t> ascending(cube.dimensions.size());
  std::iota(ascending.begin(), ascending.end(), std::size_t{0});
  std::stable_sort(ascending.begin(), ascending.end(), [&](std::size_t a, std::size_t b) {
    return cube.dimensions[a].values.size() < cube.dimensions[b].values.size();
  });
  std::vector<std::size_t> kept;
  for (const std::size_t dimension : ascending) {
    if (cube.dimensions[dimension].values.size() * cube.times.size() * kGain > cube.cell.size()) {
      break;  // alone it would be too large
    }
    kept.push_back(dimension);
    const auto cells = static_cast<std::size_t>(CoarseCells(cube, kept).count());
    if (cells * cube.times.size() * kGain <= cube.cell.size()) continue;
    kept.pop_back();
    break;
  }
  return kept;
}

}  // namespace forecart
