#include "ingest/sales_sql.h"

#include "base/error.h"
#include "ingest/sale_stream.h"
#include "table/expression.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace forecart {

void require_expressions(const DatasetConfig& config) {
  for (const Dimension& dimension : config.dimensions) {
    require_scalar_expression(dimension.expression, fmt::format("dimension '{}'", dimension.name));
  }
}

std::string sales_query(const DatasetConfig& config, const std::string& source) {
  require_expressions(config);
  std::vector<std::string> selected;
  for (const std::string& name : sales_columns()) {
    selected.push_back(fmt::format("{} AS {}",
                                   sql_identifier(std::string(SaleStream::kSalesPrefix) + name),
                                   sql_identifier(name)));
  }
  for (const Dimension& dimension : config.dimensions) {
    selected.push_back(fmt::format("CAST(({}\n) AS VARCHAR) AS {}", dimension.expression,
                                   sql_identifier(dimension.name)));
  }
  return fmt::format("SELECT {} FROM {}", fmt::join(selected, ", "), source);
}

Table query_dimensions(const Database& database, const std::string& sql) {
  try {
    return database.query(sql);
  } catch (const Error& error) {
    std::string text = error.what();
    const std::size_t picture = text.find("\n\nLINE ");
    if (picture == text.npos) throw;
    text.resize(picture);
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
    throw Error(error.code(), "[dimensions] in dataset.toml: " + text);
  }
}

}  // namespace forecart
