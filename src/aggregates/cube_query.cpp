#include "aggregates/cube_query.h"

#include "aggregates/cube_keys.h"
#include "base/parallel.h"
#include "ingest/bucketed_sales.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <mutex>

namespace forecart {

namespace {

constexpr std::size_t kFewSums = 2'000'000;

/// Sums by group, bucket and measure, and which groups have lines in which buckets.
struct Sums {
  std::vector<std::int64_t> values;
  std::vector<char> used;
};

/// A combination of values in a bucket: a row of the answer.
struct Place {
  std::size_t group = 0;
  std::size_t bucket = 0;
};

const NarrowColumn& column_of(const SalesCube& cube, Measure measure) {
  if (measure == Measure::units) return cube.units;
  if (measure == Measure::revenue) return cube.revenue;
  return measure == Measure::orders ? cube.orders : cube.lines;
}

/// Adds the facts of some blocks of a cube.
class Scan {
 public:
  Scan(const SalesCube& cube, const SalesQuery& query, const CellGroups& groups,
       const SlotBuckets& slots)
      : cube_(cube), groups_(groups), slots_(slots), buckets_(slots.buckets.size()) {
    for (const Measure measure : query.measures) columns_.push_back(&column_of(cube, measure));
  }

  Sums empty() const {
    const std::size_t places = groups_.count * buckets_;
    return {std::vector<std::int64_t>(places * columns_.size()), std::vector<char>(places)};
  }

  void add(std::size_t first, std::size_t last, Sums& sums) const {
    for (std::size_t block = first; block < last; ++block) {
      if (groups_.any(cube_.cell.least(block), cube_.cell.most(block))) add_block(block, sums);
    }
  }

 private:
  using Numbers = std::array<std::int64_t, NarrowColumn::kBlock>;

  void add_block(std::size_t block, Sums& sums) const {
    Numbers cells;
    Numbers slots;
    cube_.cell.read(block, cells.data());
    cube_.slot.read(block, slots.data());
    std::array<std::uint32_t, NarrowColumn::kBlock> rows;
    std::array<std::uint32_t, NarrowColumn::kBlock> places;
    std::size_t kept = 0;
    const std::size_t size = cube_.cell.block_size(block);
    for (std::size_t row = 0; row < size; ++row) {
      const std::int32_t group = groups_.of_cell[static_cast<std::size_t>(cells[row])];
      const std::int32_t bucket = slots_.of_slot[static_cast<std::size_t>(slots[row])];
      rows[kept] = static_cast<std::uint32_t>(row);
      places[kept] = static_cast<std::uint32_t>(static_cast<std::size_t>(group) * buckets_ +
                                                static_cast<std::size_t>(bucket));
      kept += static_cast<std::size_t>((group | bucket) >= 0);
    }
    for (std::size_t i = 0; i < kept; ++i) sums.used[places[i]] = 1;
    for (std::size_t m = 0; m < columns_.size(); ++m) {
      Numbers values;
      columns_[m]->read(block, values.data());
      for (std::size_t i = 0; i < kept; ++i) {
        sums.values[places[i] * columns_.size() + m] += values[rows[i]];
      }
    }
  }

  const SalesCube& cube_;
  const CellGroups& groups_;
  const SlotBuckets& slots_;
  std::size_t buckets_;
  std::vector<const NarrowColumn*> columns_;
};

/// Counts spread orders, each once in every place that it has lines in.
class SpreadScan {
 public:
  SpreadScan(const SalesCube& cube, const SalesQuery& query, const CellGroups& groups,
             const SlotBuckets& slots)
      : spread_(cube.spread),
        groups_(groups),
        slots_(slots),
        buckets_(slots.buckets.size()),
        measures_(query.measures.size()) {
    const auto at = std::find(query.measures.begin(), query.measures.end(), Measure::orders);
    measure_ = static_cast<std::size_t>(at - query.measures.begin());
  }

  bool is_asked() const { return measure_ < measures_ && spread_.order.size() > 0; }

  /// Part `i` of `parts`, which are cut between two orders.
  void add(std::size_t i, std::size_t parts, Sums& sums) const {
    std::vector<std::int32_t> last(sums.used.size(), -1);  // order counted last in each place
    const std::size_t end = cut(i + 1, parts);
    for (std::size_t block = cut(i, parts); block < end; ++block) add_block(block, last, sums);
  }

 private:
  using Numbers = std::array<std::int64_t, NarrowColumn::kBlock>;

  std::size_t cut(std::size_t i, std::size_t parts) const {
    const std::size_t blocks = spread_.order.block_count();
    std::size_t block = blocks * i / parts;
    while (block > 0 && block < blocks &&
           spread_.order.least(block) == spread_.order.most(block - 1)) {
      ++block;
    }
    return block;
  }

  void add_block(std::size_t block, std::vector<std::int32_t>& last, Sums& sums) const {
    Numbers orders;
    Numbers cells;
    Numbers slots;
    spread_.order.read(block, orders.data());
    spread_.cell.read(block, cells.data());
    spread_.slot.read(block, slots.data());
    for (std::size_t row = 0; row < spread_.order.block_size(block); ++row) {
      const std::int32_t group = groups_.of_cell[static_cast<std::size_t>(cells[row])];
      const std::int32_t bucket = slots_.of_slot[static_cast<std::size_t>(slots[row])];
      if ((group | bucket) < 0) continue;
      const std::size_t place =
          static_cast<std::size_t>(group) * buckets_ + static_cast<std::size_t>(bucket);
      const auto order = static_cast<std::int32_t>(orders[row]);
      sums.values[place * measures_ + measure_] += last[place] == order ? 0 : 1;
      last[place] = order;
    }
  }

  const SpreadOrders& spread_;
  const CellGroups& groups_;
  const SlotBuckets& slots_;
  std::size_t buckets_;
  std::size_t measures_;
  std::size_t measure_ = 0;
};

Sums add_up(const Scan& scan, const SpreadScan& orders, std::size_t blocks, unsigned threads) {
  std::vector<Sums> parts(threads);
  parallel_for(threads, threads, [&](std::size_t i) {
    parts[i] = scan.empty();
    scan.add(blocks * i / threads, blocks * (i + 1) / threads, parts[i]);
    if (orders.is_asked()) orders.add(i, threads, parts[i]);
  });
  for (std::size_t i = 1; i < parts.size(); ++i) {
    for (std::size_t k = 0; k < parts[0].values.size(); ++k) {
      parts[0].values[k] += parts[i].values[k];
    }
    for (std::size_t k = 0; k < parts[0].used.size(); ++k) parts[0].used[k] |= parts[i].used[k];
  }
  return std::move(parts[0]);
}

/// An amount of millionths as a cast of a decimal of six places to a double gives it.
double amount(std::int64_t millionths) {
  constexpr std::int64_t kMillion = 1'000'000;
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  if (std::abs(millionths) <= kExact) return static_cast<double>(millionths) / kMillion;
  return static_cast<double>(millionths / kMillion) +
         static_cast<double>(millionths % kMillion) / kMillion;
}

/// Rows of an answer from its sums.
class Rows {
 public:
  Rows(const SalesCube& cube, const SalesQuery& query, const CellGroups& groups,
       const SlotBuckets& slots, const Sums& sums)
      : cube_(cube), query_(query), groups_(groups), slots_(slots), sums_(sums) {}

  SalesAnswer answer() const {
    SalesAnswer answer;
    answer.total = std::count(sums_.used.begin(), sums_.used.end(), 1);
    const std::vector<Place> places = query_.order ? by_measure() : by_time();
    const std::vector<std::string> names = answer_columns(query_);
    auto name = names.begin();
    if (query_.grain != Grain::total) answer.rows.add(*name++, labels(places));
    for (std::size_t d = 0; d < query_.by.size(); ++d) {
      answer.rows.add(*name++, values(places, d));
    }
    for (std::size_t m = 0; m < query_.measures.size(); ++m) {
      answer.rows.add(*name++, sums(places, m));
    }
    return answer;
  }

 private:
  std::size_t index(const Place& place) const {
    return place.group * slots_.buckets.size() + place.bucket;
  }
  std::int64_t sum(const Place& place, std::size_t measure) const {
    return sums_.values[index(place) * query_.measures.size() + measure];
  }

  std::vector<Place> by_time() const {
    std::vector<Place> places;
    std::int64_t skipped = 0;
    const std::size_t buckets = slots_.buckets.size();
    for (std::size_t i = 0; i < buckets; ++i) {
      const std::size_t bucket = query_.descending ? buckets - 1 - i : i;
      for (std::size_t group = 0; group < groups_.count; ++group) {
        if (sums_.used[index({group, bucket})] == 0) continue;
        if (skipped++ < query_.offset) continue;
        places.push_back({group, bucket});
        if (static_cast<std::int64_t>(places.size()) == query_.limit) return places;
      }
    }
    return places;
  }

  std::vector<Place> by_measure() const {
    std::vector<Place> places;
    for (std::size_t group = 0; group < groups_.count; ++group) {
      for (std::size_t bucket = 0; bucket < slots_.buckets.size(); ++bucket) {
        if (sums_.used[index({group, bucket})] != 0) places.push_back({group, bucket});
      }
    }
    const auto at = std::find(query_.measures.begin(), query_.measures.end(), *query_.order);
    const auto measure = static_cast<std::size_t>(at - query_.measures.begin());
    const auto before = [&](const Place& a, const Place& b) {
      const std::int64_t left = sum(a, measure);
      const std::int64_t right = sum(b, measure);
      if (left != right) return query_.descending ? left > right : left < right;
      return a.bucket != b.bucket ? a.bucket < b.bucket : a.group < b.group;
    };
    const auto size = static_cast<std::int64_t>(places.size());
    const std::int64_t begin = std::min(query_.offset, size);
    const std::int64_t end = std::min(begin + query_.limit, size);
    std::partial_sort(places.begin(), places.begin() + end, places.end(), before);
    return {places.begin() + begin, places.begin() + end};
  }

  ColumnValues labels(const std::vector<Place>& places) const {
    const Calendar calendar = calendar_of(query_.grain, cube_.zone);
    std::vector<std::string> known(slots_.buckets.size());
    std::vector<std::string> result;
    for (const Place& place : places) {
      std::string& label = known[place.bucket];
      if (label.empty()) label = calendar.label(slots_.buckets[place.bucket]);
      result.push_back(label);
    }
    return result;
  }

  ColumnValues values(const std::vector<Place>& places, std::size_t key) const {
    const CubeDimension& dimension = dimension_of(cube_, query_.by[key]);
    std::vector<std::string> result;
    for (const Place& place : places) {
      const auto code = static_cast<std::size_t>(groups_.codes[key][place.group]);
      result.push_back(dimension.values[code]);
    }
    return result;
  }

  ColumnValues sums(const std::vector<Place>& places, std::size_t measure) const {
    std::vector<std::int64_t> whole;
    for (const Place& place : places) whole.push_back(sum(place, measure));
    if (counts_lines(query_.measures[measure])) return whole;
    std::vector<double> amounts;
    for (const std::int64_t value : whole) amounts.push_back(amount(value));
    return amounts;
  }

  const SalesCube& cube_;
  const SalesQuery& query_;
  const CellGroups& groups_;
  const SlotBuckets& slots_;
  const Sums& sums_;
};

/// Few sums are added by several threads, each into its own.
unsigned threads_for(std::size_t sums, std::size_t blocks, unsigned threads) {
  constexpr std::size_t kBlocksWorthIt = 64;
  if (sums > kFewSums) return 1;
  if (threads > 0) return threads;
  return blocks < kBlocksWorthIt ? 1 : available_threads();
}

}  // namespace

bool can_answer(const SalesCube& cube, const SalesQuery& query) {
  const auto knows = [&](const std::string& name) {
    return std::any_of(cube.dimensions.begin(), cube.dimensions.end(),
                       [&](const CubeDimension& dimension) { return dimension.name == name; });
  };
  return std::all_of(query.by.begin(), query.by.end(), knows) &&
         std::all_of(query.filters.begin(), query.filters.end(),
                     [&](const SalesFilter& filter) { return knows(filter.dimension); });
}

std::optional<SalesAnswer> ask_cube(const SalesCube& cube, const SalesQuery& query,
                                    unsigned threads) {
  const CellGroups groups = group_cells(cube, query);
  const SlotBuckets slots = bucket_slots(cube, query);
  const std::size_t places = groups.count * slots.buckets.size();
  const std::size_t sums = places * query.measures.size();
  if (sums > kMostSums) return std::nullopt;
  const Scan scan(cube, query, groups, slots);
  const std::size_t blocks = cube.cell.block_count();
  static std::mutex one_large;  // so many sums take memory: questions for them take turns
  const auto turn = sums > kFewSums ? std::unique_lock(one_large) : std::unique_lock<std::mutex>();
  const SpreadScan orders(cube, query, groups, slots);
  Sums added = add_up(scan, orders, blocks, threads_for(sums, blocks, threads));
  if (query.grain == Grain::total && query.by.empty()) added.used.assign(1, 1);  // always one row
  return Rows(cube, query, groups, slots, added).answer();
}

}  // namespace forecart
