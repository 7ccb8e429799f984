#include "aggregates/cube_keys.h"

#include "base/error.h"

#include <algorithm>

namespace forecart {

namespace {

/// Leaves the cells that have none of the values of a filter out.
void apply(const SalesFilter& filter, const CubeDimension& dimension,
           std::vector<std::int32_t>& of_cell) {
  std::vector<char> wanted(dimension.values.size(), 0);
  for (const std::string& value : filter.values) {
    const auto at = std::lower_bound(dimension.values.begin(), dimension.values.end(), value);
    if (at == dimension.values.end() || *at != value) continue;
    wanted[static_cast<std::size_t>(at - dimension.values.begin())] = 1;
  }
  for (std::size_t cell = 0; cell < of_cell.size(); ++cell) {
    if (wanted[static_cast<std::size_t>(dimension.codes[cell])] == 0) of_cell[cell] = -1;
  }
}

/// Ranks of keys among those that occur. A table over all keys there could be serves as long as it
/// is small.
class KeyRanks {
 public:
  explicit KeyRanks(std::size_t possible) : possible_(possible) {
    if (is_table()) ranks_.resize(possible);
  }

  void see(std::uint64_t key) {
    if (is_table()) {
      ranks_[key] = 1;
    } else {
      keys_.push_back(key);
    }
  }

  /// The keys seen, ascending; nothing is seen afterwards.
  const std::vector<std::uint64_t>& close() {
    if (!is_table()) {
      std::sort(keys_.begin(), keys_.end());
      keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
      return keys_;
    }
    for (std::size_t key = 0; key < ranks_.size(); ++key) {
      if (ranks_[key] == 0) continue;
      ranks_[key] = static_cast<std::int32_t>(keys_.size());
      keys_.push_back(key);
    }
    return keys_;
  }

  std::int32_t rank(std::uint64_t key) const {
    if (is_table()) return ranks_[key];
    const auto at = std::lower_bound(keys_.begin(), keys_.end(), key);
    return static_cast<std::int32_t>(at - keys_.begin());
  }

 private:
  bool is_table() const { return possible_ <= (std::size_t{1} << 22); }

  std::size_t possible_;
  std::vector<std::int32_t> ranks_;
  std::vector<std::uint64_t> keys_;
};

/// Splits groups further by one more dimension.
void split(const CubeDimension& dimension, CellGroups& groups) {
  const std::size_t values = dimension.values.size();
  KeyRanks ranks(groups.count * values);
  const auto key = [&](std::size_t cell) {
    return static_cast<std::uint64_t>(groups.of_cell[cell]) * values +
           static_cast<std::uint64_t>(dimension.codes[cell]);
  };
  for (std::size_t cell = 0; cell < groups.of_cell.size(); ++cell) {
    if (groups.of_cell[cell] >= 0) ranks.see(key(cell));
  }
  const std::vector<std::uint64_t>& keys = ranks.close();
  for (std::size_t cell = 0; cell < groups.of_cell.size(); ++cell) {
    if (groups.of_cell[cell] >= 0) groups.of_cell[cell] = ranks.rank(key(cell));
  }
  std::vector<std::vector<std::int32_t>> codes(groups.codes.size() + 1);
  for (const std::uint64_t pair : keys) {
    for (std::size_t d = 0; d < groups.codes.size(); ++d) {
      codes[d].push_back(groups.codes[d][pair / values]);
    }
    codes.back().push_back(static_cast<std::int32_t>(pair % values));
  }
  groups.codes = std::move(codes);
  groups.count = keys.size();
}

}  // namespace

const CubeDimension& dimension_of(const SalesCube& cube, const std::string& name) {
  const auto at = std::find_if(cube.dimensions.begin(), cube.dimensions.end(),
                               [&](const CubeDimension& d) { return d.name == name; });
  if (at != cube.dimensions.end()) return *at;
  throw Error(ErrorCode::unknown_name, "no dimension of the sums: " + name);
}

CellGroups group_cells(const SalesCube& cube, const SalesQuery& query) {
  CellGroups groups;
  groups.of_cell.assign(static_cast<std::size_t>(cube.cells), 0);
  groups.count = 1;
  for (const SalesFilter& filter : query.filters) {
    apply(filter, dimension_of(cube, filter.dimension), groups.of_cell);
  }
  groups.kept_before.push_back(0);
  for (const std::int32_t group : groups.of_cell) {
    groups.kept_before.push_back(groups.kept_before.back() + (group >= 0 ? 1 : 0));
  }
  for (const std::string& name : query.by) split(dimension_of(cube, name), groups);
  return groups;
}

SlotBuckets bucket_slots(const SalesCube& cube, const SalesQuery& query) {
  SlotBuckets result;
  const std::size_t slots = cube.times.size();
  const auto is_asked = [&](std::size_t slot) {
    const Instant start = cube.times.starts[slot];
    return (!query.from || start >= *query.from) && (!query.until || start < *query.until);
  };
  const auto bucket = [&](std::size_t slot) {
    if (query.grain == Grain::total) return Bucket{0};
    return cube.times.buckets[static_cast<std::size_t>(query.grain)][slot];
  };
  if (query.grain == Grain::total) result.buckets.push_back(0);
  for (std::size_t slot = 0; slot < slots; ++slot) {
    if (is_asked(slot)) result.buckets.push_back(bucket(slot));
  }
  std::sort(result.buckets.begin(), result.buckets.end());
  result.buckets.erase(std::unique(result.buckets.begin(), result.buckets.end()),
                       result.buckets.end());
  for (std::size_t slot = 0; slot < slots; ++slot) {
    const auto at = std::lower_bound(result.buckets.begin(), result.buckets.end(), bucket(slot));
    result.of_slot.push_back(is_asked(slot) ? static_cast<std::int32_t>(at - result.buckets.begin())
                                            : -1);
  }
  return result;
}

}  // namespace forecart
