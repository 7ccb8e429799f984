#include "aggregates/fact_writer.h"
#include "aggregates/order_gatherer.h"
#include "aggregates/sales_cube.h"
#include "base/error.h"
#include "ingest/bucketed_sales.h"
#include "table/database.h"
#include "table/parquet_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_map>

namespace forecart {

namespace {

using std::chrono::local_days;

constexpr double kMillion = 1e6;

/// An amount in millionths, as a cast to a decimal of six places rounds it.
std::int64_t millionths(double amount) {
  return std::isnan(amount) ? 0 : static_cast<std::int64_t>(std::round(amount * kMillion));
}

/// Whether a sum of amounts, all taken positive, may be counted in millionths in 64 bits.
void require_summable(double sum) {
  constexpr double kMost = 9e18;
  if (std::isfinite(sum) && sum * kMillion < kMost) return;
  throw Error(ErrorCode::bad_data,
              fmt::format("sums of up to {} do not fit millionths in 64 bits", sum));
}

/// Values of a dimension in the order in which they come.
class Dictionary {
 public:
  std::int32_t code(const std::string& value) {
    const auto [at, is_new] = codes_.try_emplace(value, static_cast<std::int32_t>(values_.size()));
    if (is_new) values_.push_back(value);
    return at->second;
  }

  /// Orders the values and gives cells the codes that they then have.
  void finish(CubeDimension& dimension) const {
    std::vector<std::int32_t> order(values_.size());
    std::iota(order.begin(), order.end(), 0);
    const auto value = [this](std::int32_t code) -> const std::string& {
      return values_[static_cast<std::size_t>(code)];
    };
    std::sort(order.begin(), order.end(),
              [&](std::int32_t a, std::int32_t b) { return value(a) < value(b); });
    std::vector<std::int32_t> rank(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      rank[static_cast<std::size_t>(order[i])] = static_cast<std::int32_t>(i);
      dimension.values.push_back(value(order[i]));
    }
    for (std::int32_t& code : dimension.codes) code = rank[static_cast<std::size_t>(code)];
  }

 private:
  std::unordered_map<std::string, std::int32_t> codes_;
  std::vector<std::string> values_;
};

/// Finds slots of times.
class SlotIndex {
 public:
  void add(Bucket hour, Bucket day) {
    if (hours_.empty()) first_ = hour;
    const auto at = static_cast<std::size_t>(hour - first_);
    if (at >= begin_.size()) begin_.resize(at + 1, static_cast<std::int32_t>(hours_.size()));
    hours_.push_back(hour);
    days_.push_back(day);
  }

  std::int64_t find(Bucket hour, Bucket day) const {
    auto at = static_cast<std::size_t>(begin_[static_cast<std::size_t>(hour - first_)]);
    while (days_[at] != day) ++at;
    return static_cast<std::int64_t>(at);
  }

  CubeTimes times(const TimeZone& zone) const {
    CubeTimes times;
    const Calendar hours = calendar_of(Grain::hour, zone);
    for (std::size_t slot = 0; slot < hours_.size(); ++slot) {
      const Instant day = zone.instant(local_days(std::chrono::days(days_[slot])));
      times.starts.push_back(std::max(hours.start(hours_[slot]), day));
    }
    times.buckets[0] = hours_;
    for (std::size_t grain = 1; grain < times.buckets.size(); ++grain) {
      times.buckets[grain] = buckets(calendar_of(static_cast<Grain>(grain), zone));
    }
    return times;
  }

 private:
  std::vector<Bucket> buckets(const Calendar& calendar) const {
    std::vector<Bucket> result;
    for (std::size_t slot = 0; slot < days_.size(); ++slot) {
      const bool same = slot > 0 && days_[slot] == days_[slot - 1];
      result.push_back(same ? result.back()
                            : calendar.bucket(calendar.zone().instant(
                                  local_days(std::chrono::days(days_[slot])))));
    }
    return result;
  }

  Bucket first_ = 0;
  std::vector<std::int32_t> begin_;  ///< by hour since the first: its first slot
  std::vector<Bucket> hours_;
  std::vector<Bucket> days_;
};

/// Lines whose order ids have the same hash, which is nearly always the same id.
class LineRun {
 public:
  struct Line {
    std::string id;
    std::int64_t cell = 0;
    std::int64_t slot = 0;
  };

  explicit LineRun(OrderGatherer& gatherer) : gatherer_(gatherer) {}

  void add(std::int64_t hash, Line line) {
    if (hash != hash_) end();
    hash_ = hash;
    lines_.push_back(std::move(line));
  }

  void end() {
    std::stable_sort(lines_.begin(), lines_.end(),
                     [](const Line& a, const Line& b) { return a.id < b.id; });
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      gatherer_.add_line(lines_[i].cell, lines_[i].slot);
      if (i + 1 == lines_.size() || lines_[i + 1].id != lines_[i].id) gatherer_.end_order();
    }
    lines_.clear();
  }

 private:
  OrderGatherer& gatherer_;
  std::int64_t hash_ = 0;
  std::vector<Line> lines_;
};

class Builder {
 public:
  Builder(const std::vector<std::filesystem::path>& sales, const SalesSchema& schema,
          const CubeOptions& options)
      : schema_(schema),
        options_(options),
        database_({options.threads, options.memory_limit}),
        source_(parquet_source(sales)) {
    cube_.zone = schema.zone;
    for (const std::string& name : schema.dimensions) cube_.dimensions.push_back({name, {}, {}});
  }

  SalesCube build() {
    require_sums();
    read_cells();
    read_slots();
    read_orders();
    read_facts();
    return std::move(cube_);
  }

 private:
  /// Runs a query block by block, which may be ended in between.
  template <typename Consume>
  void read(const std::string& sql, const Consume& consume) {
    auto cursor = database_.cursor(sql);
    Table block;
    while (cursor.next(block)) {
      if (options_.cancelled != nullptr && *options_.cancelled) {
        throw Error(ErrorCode::conflict, "the work was ended");
      }
      consume(block);
    }
  }

  void require_sums() {
    read(fmt::format("SELECT coalesce(sum(abs(quantity)), 0.0) AS units, "
                     "coalesce(sum(abs(revenue)), 0.0) AS revenue FROM {}",
                     source_),
         [](const Table& sums) {
           require_summable(sums.numbers("units").front());
           require_summable(sums.numbers("revenue").front());
         });
  }

  std::vector<std::string> keys() const {
    std::vector<std::string> names;
    for (std::size_t d = 0; d < cube_.dimensions.size(); ++d)
      names.push_back(fmt::format("d{}", d));
    return names;
  }

  /// The columns of the sales that a cube is made of, under names of our own.
  std::string lines() const {
    std::string select;
    for (std::size_t d = 0; d < cube_.dimensions.size(); ++d) {
      select += fmt::format("coalesce(CAST({} AS VARCHAR), '') AS d{}, ",
                            sql_identifier(cube_.dimensions[d].name), d);
    }
    return fmt::format(
        "(SELECT {}CAST({} AS INTEGER) AS hour, CAST({} AS INTEGER) AS day, "
        "quantity, revenue, returned, order_id FROM {})",
        select, sub_daily_bucket(calendar_of(Grain::hour, schema_.zone)), kCivilDay, source_);
  }

  void read_cells() {
    database_.execute(fmt::format(
        "CREATE TABLE cells AS SELECT {0}, CAST(row_number() OVER (ORDER BY {0}) - 1 AS INTEGER) "
        "AS cell FROM (SELECT DISTINCT {0} FROM {1})",
        fmt::join(keys(), ", "), lines()));
    std::vector<Dictionary> dictionaries(cube_.dimensions.size());
    read("SELECT * FROM cells ORDER BY cell", [&](const Table& block) {
      cube_.cells += static_cast<std::int64_t>(block.row_count());
      for (std::size_t d = 0; d < dictionaries.size(); ++d) {
        for (const auto& value : std::get<std::vector<std::string>>(block.columns()[d].values)) {
          cube_.dimensions[d].codes.push_back(dictionaries[d].code(value));
        }
      }
    });
    for (std::size_t d = 0; d < dictionaries.size(); ++d) {
      dictionaries[d].finish(cube_.dimensions[d]);
    }
  }

  void read_slots() {
    read(fmt::format("SELECT DISTINCT hour, day FROM {} ORDER BY hour, day", lines()),
         [&](const Table& block) {
           const auto& hours = block.integers("hour");
           const auto& days = block.integers("day");
           for (std::size_t row = 0; row < hours.size(); ++row) slots_.add(hours[row], days[row]);
         });
    cube_.times = slots_.times(schema_.zone);
    key_bytes_ = cube_.key_bytes();
  }

  /// FROM and JOIN that give every line its cell.
  std::string lines_in_cells() const {
    std::vector<std::string> matches;
    for (const std::string& key : keys()) matches.push_back(fmt::format("l.{0} = c.{0}", key));
    return fmt::format("{} AS l JOIN cells AS c ON {}", lines(), fmt::join(matches, " AND "));
  }

  bool is_net() const { return schema_.returns == ReturnPolicy::net; }

  /// Lines come order by order: sorted by a hash, which is cheaper than by the ids, so that ids of
  /// the same hash may mix.
  void read_orders() {
    OrderGatherer gatherer(cube_.spread, [this](std::int64_t cell, std::int64_t slot) {
      sole_.push_back(key(cell, slot));
    });
    LineRun run(gatherer);
    read(fmt::format("SELECT CAST(hash(order_id) >> 1 AS BIGINT) AS h, order_id, cell, hour, day "
                     "FROM {} WHERE order_id IS NOT NULL {} ORDER BY h",
                     lines_in_cells(), is_net() ? "AND NOT returned" : ""),
         [&](const Table& block) {
           const auto& hashes = block.integers("h");
           const auto& ids = std::get<std::vector<std::string>>(block.column("order_id").values);
           const auto& cells = block.integers("cell");
           const auto& hours = block.integers("hour");
           const auto& days = block.integers("day");
           for (std::size_t row = 0; row < ids.size(); ++row) {
             run.add(hashes[row], {ids[row], cells[row], slots_.find(hours[row], days[row])});
           }
           require_room();
         });
    run.end();
    gatherer.finish();
    std::sort(sole_.begin(), sole_.end());
  }

  void read_facts() {
    FactWriter writer(cube_);
    read(fmt::format("SELECT c.cell, hour, day, quantity, revenue, returned FROM {} "
                     "ORDER BY c.cell, hour, day",
                     lines_in_cells()),
         [&](const Table& block) {
           add_facts(block, writer);
           require_room();
         });
    writer.finish();
  }

  void add_facts(const Table& block, FactWriter& writer) {
    const auto& cells = block.integers("cell");
    const auto& hours = block.integers("hour");
    const auto& days = block.integers("day");
    const auto& returned = std::get<std::vector<bool>>(block.column("returned").values);
    const auto& quantity = std::get<std::vector<double>>(block.column("quantity").values);
    const auto& revenue = std::get<std::vector<double>>(block.column("revenue").values);
    for (std::size_t row = 0; row < cells.size(); ++row) {
      const std::int64_t slot = slots_.find(hours[row], days[row]);
      writer.add({cells[row], slot, is_net() && returned[row] ? 0 : 1, millionths(quantity[row]),
                  millionths(revenue[row]), take_sole(key(cells[row], slot))});
    }
  }

  /// How many orders lie in a fact alone, at its first line; facts come in order.
  std::int64_t take_sole(std::uint64_t fact) {
    const std::size_t begin = sole_taken_;
    while (sole_taken_ < sole_.size() && sole_[sole_taken_] == fact) ++sole_taken_;
    return static_cast<std::int64_t>(sole_taken_ - begin);
  }

  static std::uint64_t key(std::int64_t cell, std::int64_t slot) {
    return static_cast<std::uint64_t>(cell) << 32 | static_cast<std::uint64_t>(slot);
  }

  void require_room() const {
    const std::size_t bytes =
        key_bytes_ + cube_.fact_bytes() + sole_.capacity() * sizeof(std::uint64_t);
    if (bytes <= options_.most_bytes) return;
    throw Error(ErrorCode::no_space,
                fmt::format("sums take more than {} bytes of memory", options_.most_bytes));
  }

  const SalesSchema& schema_;
  const CubeOptions& options_;
  Database database_;
  std::string source_;
  SalesCube cube_;
  SlotIndex slots_;
  std::size_t key_bytes_ = 0;
  std::vector<std::uint64_t> sole_;  ///< facts of orders that lie in one, ascending
  std::size_t sole_taken_ = 0;
};

}  // namespace

SalesCube build_cube(const std::vector<std::filesystem::path>& sales, const SalesSchema& schema,
                     const CubeOptions& options) {
  return Builder(sales, schema, options).build();
}

}  // namespace forecart
