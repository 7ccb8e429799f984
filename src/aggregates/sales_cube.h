#pragma once

#include "aggregates/narrow_column.h"
#include "aggregates/sales_query.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace forecart {

/// A dimension of a cube: its values, ascending, and which of them each cell has.
struct CubeDimension {
  std::string name;
  std::vector<std::string> values;
  std::vector<std::int32_t> codes;  ///< by cell
};

/// The times of a cube: civil hours in which there were sales, ascending, those that a clock change
/// gives two days as two slots.
struct CubeTimes {
  std::vector<Instant> starts;                 ///< by slot
  std::array<std::vector<Bucket>, 6> buckets;  ///< by grain but the total, by slot

  std::size_t size() const { return starts.size(); }
};

/// Orders whose lines lie in several facts, one row for each of these; rows of an order follow each
/// other, and orders have ascending numbers.
struct SpreadOrders {
  NarrowColumn order;
  NarrowColumn cell;
  NarrowColumn slot;
};

/// Clean sales summed up by all dimensions and hours, in memory: a cell is a combination of values
/// that occurs, a fact a cell in a slot of time. All sums are whole: units and revenue count
/// millionths, as panels do, so that answers do not depend on the order of addition. Facts are
/// ordered by cell, then slot.
/// Distinct orders: one whose lines all lie in one fact is counted there and adds up, as whatever
/// takes in the fact takes in the order once; all others are kept as they are and counted apart.
/// Immutable once made; any number of threads may read.
struct SalesCube {
  std::vector<CubeDimension> dimensions;
  std::int64_t cells = 0;
  CubeTimes times;
  TimeZone zone;

  NarrowColumn cell;
  NarrowColumn slot;
  NarrowColumn lines;    ///< without returns by policy net
  NarrowColumn units;    ///< millionths
  NarrowColumn revenue;  ///< millionths
  NarrowColumn orders;   ///< that lie in this fact alone, without returns by policy net
  SpreadOrders spread;   ///< all other orders, likewise

  std::size_t bytes() const { return key_bytes() + fact_bytes(); }
  std::size_t key_bytes() const;  ///< of dimensions and times
  std::size_t fact_bytes() const;
};

struct CubeOptions {
  unsigned threads = 0;              ///< 0: all cores
  std::string memory_limit = "1GB";  ///< of DuckDB, which sorts; beyond it goes to disk
  std::size_t most_bytes = std::size_t{1} << 30;  ///< of the cube
  const std::atomic<bool>* cancelled = nullptr;   ///< ends the work with Error conflict
};

/// Reads sales files. Throws Error no_space for a cube that would be larger than allowed, bad_data
/// where sums leave 64 bits, and as reading the files does.
SalesCube build_cube(const std::vector<std::filesystem::path>& sales, const SalesSchema& schema,
                     const CubeOptions& options = {});

/// The same sums over fewer dimensions, by their numbers.
SalesCube roll_up(const SalesCube& cube, const std::vector<std::size_t>& kept);

/// The dimensions of few values that together make the most detailed roll-up of at most an eighth
/// of the facts; none where there is no such roll-up.
std::vector<std::size_t> coarse_dimensions(const SalesCube& cube);

}  // namespace forecart
