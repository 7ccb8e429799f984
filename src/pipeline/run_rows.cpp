#include "pipeline/run_rows.h"

#include "aggregates/sales_query.h"
#include "base/error.h"
#include "table/database.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace forecart {

namespace {

/// "WHERE ..." over the columns that are filtered by; throws for one that the table has not.
std::string conditions(const RowFilter& filter, const std::vector<std::string>& columns,
                       const std::string& table) {
  std::vector<std::string> all;
  const std::array<std::pair<const char*, const std::string*>, 3> wanted{
      {{"panel", &filter.panel}, {"unique_id", &filter.unique_id}, {"model", &filter.model}}};
  for (const auto& [column, value] : wanted) {
    if (value->empty()) continue;
    require_searchable(*value, column);
    if (std::find(columns.begin(), columns.end(), column) == columns.end()) {
      throw Error(ErrorCode::invalid_value,
                  fmt::format("table '{}' has no column '{}'; its columns are {}", table, column,
                              fmt::join(columns, ", ")));
    }
    all.push_back(fmt::format("{} = {}", sql_identifier(column), sql_literal(*value)));
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
  require_run_table(table);
  const auto file = shelf.file(dataset, run, table + ".parquet");
  const std::string source = fmt::format("read_parquet({})", sql_literal(file->path().string()));
  const Database& database = shared_database();
  const auto columns = database.query(fmt::format("SELECT * FROM {} LIMIT 0", source)).names();
  RunRows result{database.query(fmt::format("SELECT * FROM {} {} LIMIT {} OFFSET {}", source,
                                            conditions(filter, columns, table), filter.limit + 1,
                                            filter.offset))};
  if (result.rows.row_count() <= filter.limit) return result;
  result.more = true;
  std::vector<Column> kept = result.rows.columns();
  for (Column& column : kept) {
    std::visit([&](auto& values) { values.resize(filter.limit); }, column.values);
  }
  result.rows = Table(std::move(kept));
  return result;
}

}  // namespace forecart
