#pragma once

#include "aggregates/sales_cube.h"

#include <cstdint>
#include <vector>

namespace forecart {

/// What a query makes of the cells of a cube: which count, and which row of combinations of values
/// each belongs to. Groups ascend by the values of the dimensions, in the order of the query.
struct CellGroups {
  std::vector<std::int32_t> of_cell;  ///< -1: filtered out
  std::size_t count = 0;
  std::vector<std::vector<std::int32_t>> codes;  ///< by dimension of `by`, by group
  std::vector<std::int64_t> kept_before;         ///< how many cells before each one count

  /// Whether any cell of [first, last] counts.
  bool any(std::int64_t first, std::int64_t last) const {
    return kept_before[static_cast<std::size_t>(last) + 1] >
           kept_before[static_cast<std::size_t>(first)];
  }
};
CellGroups group_cells(const SalesCube& cube, const SalesQuery& query);

/// What a query makes of the slots of time: which bucket of those that occur each lies in.
struct SlotBuckets {
  std::vector<std::int32_t> of_slot;  ///< -1: outside the times asked for
  std::vector<Bucket> buckets;        ///< ascending
};
SlotBuckets bucket_slots(const SalesCube& cube, const SalesQuery& query);

/// The dimension of that name, which must be there.
const CubeDimension& dimension_of(const SalesCube& cube, const std::string& name);

}  // namespace forecart
