#include "aggregates/sales_overview.h"

#include "aggregates/cube_keys.h"
#include "base/range.h"
#include "table/database.h"
#include "table/parquet_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>

namespace forecart {

namespace {

using std::chrono::microseconds;

std::string value_of(const std::string& dimension) {
  return fmt::format("coalesce(CAST({} AS VARCHAR), '')", sql_identifier(dimension));
}

/// Where the hour of an instant begins, or the day if that is later.
Instant hour_of(Instant instant, const TimeZone& zone) {
  const Calendar hours = calendar_of(Grain::hour, zone);
  const Calendar days = calendar_of(Grain::day, zone);
  return std::max(hours.start(hours.bucket(instant)), days.start(days.bucket(instant)));
}

/// The values of a dimension of a cube as rows for SQL.
class ValueStream final : public RowStream {
 public:
  explicit ValueStream(const std::vector<std::string>& values) : values_(values) {}

  const std::vector<StreamColumn>& columns() const override { return columns_; }

  std::size_t fill(ChunkWriter& chunk) override {
    std::size_t row = 0;
    for (; row < chunk.capacity() && next_ < values_.size(); ++row) {
      chunk.text(0, row, values_[next_++]);
    }
    return row;
  }

 private:
  std::vector<StreamColumn> columns_{{"value", StreamType::text}};
  const std::vector<std::string>& values_;
  std::size_t next_ = 0;
};

/// Runs `<select> FROM <distinct values> WHERE they match <tail>`.
using Finder = std::function<Table(const std::string& select, const std::string& tail)>;

std::string find_sql(const std::string& select, const std::string& source,
                     const ValueSearch& search, const std::string& tail) {
  return fmt::format("{} FROM {} WHERE contains(lower(value), lower({})) {}", select, source,
                     sql_literal(search.text), tail);
}

ValuesFound find(const ValueSearch& search, const Finder& finder) {
  const Table rows =
      finder("SELECT value, count(*) OVER () AS total",
             fmt::format("ORDER BY value LIMIT {} OFFSET {}", search.limit, search.offset));
  ValuesFound found{rows.texts("value"), 0};
  const bool beyond = rows.row_count() == 0 && search.offset > 0;
  const Table counts = beyond ? finder("SELECT count(*) AS total", "") : rows;
  if (counts.row_count() > 0) found.total = counts.integers("total").front();
  return found;
}

}  // namespace

SalesOverview overview_of(const SalesCube& cube) {
  SalesOverview overview;
  for (const CubeDimension& dimension : cube.dimensions) {
    overview.dimensions.push_back(
        {dimension.name, static_cast<std::int64_t>(dimension.values.size())});
  }
  if (cube.times.size() == 0) return overview;
  overview.first = cube.times.starts.front();
  overview.last = cube.times.starts.back();
  return overview;
}

SalesOverview overview_of(const std::vector<std::filesystem::path>& sales,
                          const SalesSchema& schema) {
  std::string select = "epoch_us(min(instant)) AS first, epoch_us(max(instant)) AS last";
  for (std::size_t d = 0; d < schema.dimensions.size(); ++d) {
    select += fmt::format(", count(DISTINCT {}) AS d{}", value_of(schema.dimensions[d]), d);
  }
  const Table row =
      shared_database().query(fmt::format("SELECT {} FROM {}", select, parquet_source(sales)));
  SalesOverview overview;
  for (std::size_t d = 0; d < schema.dimensions.size(); ++d) {
    overview.dimensions.push_back(
        {schema.dimensions[d], row.integers(fmt::format("d{}", d)).front()});
  }
  if (std::isnan(row.numbers("first").front())) return overview;
  const auto hour = [&](const char* name) {
    return hour_of(Instant(microseconds(row.integers(name).front())), schema.zone);
  };
  overview.first = hour("first");
  overview.last = hour("last");
  return overview;
}

void ValueSearch::validate(const SalesSchema& schema) const {
  require_dimension(dimension, schema);
  require_searchable(text, dimension);
  require_within<std::int64_t>("limit", limit, 1, SalesQuery::kMostRows);
  require_within<std::int64_t>("offset", offset, 0, std::int64_t{1} << 53);
}

ValuesFound find_values(const SalesCube& cube, const ValueSearch& search) {
  const std::vector<std::string>& values = dimension_of(cube, search.dimension).values;
  return find(search, [&](const std::string& select, const std::string& tail) {
    ValueStream stream(values);
    const auto offer = shared_database().offer(stream);
    return shared_database().query(find_sql(select, offer.source(), search, tail));
  });
}

ValuesFound find_values(const std::vector<std::filesystem::path>& sales,
                        const ValueSearch& search) {
  const std::string source = fmt::format("(SELECT DISTINCT {} AS value FROM {})",
                                         value_of(search.dimension), parquet_source(sales));
  return find(search, [&](const std::string& select, const std::string& tail) {
    return shared_database().query(find_sql(select, source, search, tail));
  });
}

}  // namespace forecart
