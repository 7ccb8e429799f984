#include "pipeline/run_rows.h"

#include "aggregates/sales_query.h"
#include "base/error.h"
#include "pipeline/personal.h"
#include "table/database.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace forecart {

namespace {

/// A table of a run, to be asked.
struct Source {
  std::shared_ptr<const FetchedFile> file;
  std::string sql;  ///< stands behind FROM
  std::vector<std::string> columns;
};

Source source_of(RunShelf& shelf, const std::string& dataset, const std::string& run,
                 const std::string& table) {
  require_run_table(table);
  Source source{.file = shelf.file(dataset, run, table + ".parquet"), .sql = {}, .columns = {}};
  source.sql = fmt::format("read_parquet({})", sql_literal(source.file->path().string()));
  source.columns =
      shared_database().query(fmt::format("SELECT * FROM {} LIMIT 0", source.sql)).names();
  return source;
}

bool has_column(const Source& source, std::string_view column) {
  return std::find(source.columns.begin(), source.columns.end(), column) != source.columns.end();
}

/// "WHERE ..." over the columns that are filtered by; throws for one that the table has not.
std::string conditions(const RowFilter& filter, const Source& source, const std::string& table) {
  std::vector<std::string> all;
  const std::array<std::pair<const char*, const std::string*>, 3> wanted{
      {{"panel", &filter.panel}, {"unique_id", &filter.unique_id}, {"model", &filter.model}}};
  for (const auto& [column, value] : wanted) {
    if (value->empty()) continue;
    require_searchable(*value, column);
    if (!has_column(source, column)) {
      throw Error(ErrorCode::invalid_value,
                  fmt::format("table '{}' has no column '{}'; its columns are {}", table, column,
                              fmt::join(source.columns, ", ")));
    }
    all.push_back(fmt::format("{} = {}", sql_identifier(column), sql_literal(*value)));
  }
  if (filter.without_persons && has_column(source, "unique_id")) {
    all.push_back(fmt::format("panel NOT IN (SELECT panel FROM {} WHERE {})", source.sql,
                              names_person_sql("unique_id")));
  }
  return all.empty() ? "" : fmt::format("WHERE {}", fmt::join(all, " AND "));
}

}  // namespace

void require_run_table(std::string_view name) {
  if (std::find(kRunTables.begin(), kRunTables.end(), name) != kRunTables.end()) return;
  throw Error(ErrorCode::unknown_name,
              fmt::format("a run has no table '{}'; ask for {}", name.substr(0, 100),
                          fmt::join(kRunTables, ", ")));
}

RunRows run_rows(RunShelf& shelf, const std::string& dataset, const std::string& run,
                 const std::string& table, const RowFilter& filter) {
  const Source source = source_of(shelf, dataset, run, table);
  RunRows result{shared_database().query(fmt::format("SELECT * FROM {} {} LIMIT {} OFFSET {}",
                                                     source.sql, conditions(filter, source, table),
                                                     filter.limit + 1, filter.offset))};
  if (result.rows.row_count() <= filter.limit) return result;
  result.more = true;
  std::vector<Column> kept = result.rows.columns();
  for (Column& column : kept) {
    std::visit([&](auto& values) { values.resize(filter.limit); }, column.values);
  }
  result.rows = Table(std::move(kept));
  return result;
}

bool rows_name_persons(RunShelf& shelf, const std::string& dataset, const std::string& run,
                       const std::string& table) {
  const Source source = source_of(shelf, dataset, run, table);
  if (!has_column(source, "unique_id")) return false;
  const Table found = shared_database().query(
      fmt::format("SELECT 1 FROM {} WHERE {} LIMIT 1", source.sql, names_person_sql("unique_id")));
  return found.row_count() > 0;
}

}  // namespace forecart
