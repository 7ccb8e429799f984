#include "aggregates/file_query.h"

#include "ingest/bucketed_sales.h"
#include "table/database.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace forecart {

namespace {

std::string value_of(const std::string& dimension) {
  return fmt::format("coalesce(CAST({} AS VARCHAR), '')", sql_identifier(dimension));
}

std::string condition_of(const SalesQuery& query) {
  std::vector<std::string> all;
  for (const SalesFilter& filter : query.filters) {
    std::vector<std::string> values;
    for (const std::string& value : filter.values) values.push_back(sql_literal(value));
    all.push_back(fmt::format("{} IN ({})", value_of(filter.dimension), fmt::join(values, ", ")));
  }
  const auto bound = [&](const std::optional<Instant>& time, std::string_view sign) {
    if (!time) return;
    all.push_back(
        fmt::format("instant {} make_timestamp({})", sign, time->time_since_epoch().count()));
  };
  bound(query.from, ">=");
  bound(query.until, "<");
  return fmt::format("{}", fmt::join(all, " AND "));
}

/// Columns of the answer under names of our own: b the bucket, k0.. the keys, m0.. the measures.
struct Columns {
  std::vector<std::string> keys;      ///< b, k0, ..
  std::vector<std::string> selected;  ///< as expressions
};

Columns columns_of(const SalesQuery& query, const SalesSchema& schema) {
  Columns columns;
  if (query.grain != Grain::total) {
    columns.keys.emplace_back("b");
    columns.selected.push_back(fmt::format("{} AS b", kBucketColumn));
  }
  for (std::size_t i = 0; i < query.by.size(); ++i) {
    columns.keys.push_back(fmt::format("k{}", i));
    columns.selected.push_back(fmt::format("{} AS k{}", value_of(query.by[i]), i));
  }
  const bool net = schema.returns == ReturnPolicy::net;
  const std::string filter = net ? " FILTER (WHERE NOT returned)" : "";
  for (std::size_t m = 0; m < query.measures.size(); ++m) {
    columns.selected.push_back(fmt::format("{} AS m{}", measure_sql(query.measures[m], filter), m));
  }
  return columns;
}

std::string order_of(const SalesQuery& query, const std::vector<std::string>& keys) {
  std::vector<std::string> order = keys;
  const std::string_view direction = query.descending ? " DESC" : "";
  if (query.order) {
    const auto at = std::find(query.measures.begin(), query.measures.end(), *query.order);
    order.insert(order.begin(), fmt::format("m{}{}", at - query.measures.begin(), direction));
  } else if (query.grain != Grain::total) {
    order.front() += direction;
  }
  return order.empty() ? "" : fmt::format(" ORDER BY {}", fmt::join(order, ", "));
}

/// Buckets as they are written in a `ds` column.
std::vector<std::string> labels(const std::vector<std::int64_t>& buckets,
                                const Calendar& calendar) {
  std::vector<std::string> result;
  for (const Bucket bucket : buckets) result.push_back(calendar.label(bucket));
  return result;
}

template <typename T>
void append(ColumnValues& to, const std::vector<T>& values) {
  auto& all = std::get<std::vector<T>>(to);
  all.insert(all.end(), values.begin(), values.end());
}

/// Gathers the blocks that SQL gives.
class Gatherer {
 public:
  Gatherer(const SalesQuery& query, const Calendar& calendar)
      : query_(query), calendar_(calendar), names_(answer_columns(query)) {
    const SalesAnswer empty = empty_answer(query);
    for (const Column& column : empty.rows.columns()) {
      columns_.push_back(column.values);
    }
  }

  void take(const Table& block) {
    std::size_t column = 0;
    if (query_.grain != Grain::total) {
      append(columns_[column++], labels(block.integers("b"), calendar_));
    }
    for (std::size_t i = 0; i < query_.by.size(); ++i) {
      append(columns_[column++], block.texts(fmt::format("k{}", i)));
    }
    for (std::size_t m = 0; m < query_.measures.size(); ++m) {
      const std::string name = fmt::format("m{}", m);
      if (counts_lines(query_.measures[m])) {
        append(columns_[column++], block.integers(name));
      } else {
        append(columns_[column++], block.numbers(name));
      }
    }
    if (block.row_count() > 0) total_ = block.integers("total").front();
  }

  SalesAnswer answer() {
    SalesAnswer answer;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      answer.rows.add(names_[i], std::move(columns_[i]));
    }
    answer.total = total_;
    return answer;
  }

 private:
  const SalesQuery& query_;
  const Calendar& calendar_;
  std::vector<std::string> names_;
  std::vector<ColumnValues> columns_;
  std::int64_t total_ = 0;
};

}  // namespace

SalesAnswer ask_files(const std::vector<std::filesystem::path>& sales, const SalesQuery& query,
                      const SalesSchema& schema) {
  const Calendar calendar = calendar_of(query.grain, schema.zone);
  // the total asks for no buckets: hours cost no join with the calendar
  const Calendar hours = calendar_of(Grain::hour, schema.zone);
  const BucketedSales lines(sales, query.grain == Grain::total ? hours : calendar,
                            condition_of(query));
  const Columns columns = columns_of(query, schema);
  const std::string group =
      columns.keys.empty() ? "" : fmt::format(" GROUP BY {}", fmt::join(columns.keys, ", "));
  const std::string select =
      fmt::format("WITH answer AS (SELECT {}", fmt::join(columns.selected, ", "));
  Gatherer gatherer(query, calendar);
  lines.run(select,
            fmt::format("{}) SELECT *, count(*) OVER () AS total FROM answer{} LIMIT {} OFFSET {}",
                        group, order_of(query, columns.keys), query.limit, query.offset),
            [&](const Table& block) { gatherer.take(block); });
  SalesAnswer answer = gatherer.answer();
  if (answer.rows.row_count() > 0 || query.offset == 0) return answer;
  lines.run(select, group + ") SELECT count(*) AS total FROM answer",
            [&](const Table& block) { answer.total = block.integers("total").front(); });
  return answer;
}

}  // namespace forecart
