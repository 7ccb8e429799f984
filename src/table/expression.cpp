#include "table/expression.h"

#include "base/error.h"
#include "table/database.h"

#include <fmt/format.h>

namespace forecart {

namespace {

/// Facts about the parsed statement, asked of DuckDB's own parser by way of its JSON form.
constexpr const char* kFacts = R"sql(
  SELECT
    json_extract_string(tree, '$.error') AS error,
    coalesce(json_extract_string(tree, '$.error_message'), '') AS message,
    coalesce(json_array_length(tree, '$.statements'), 0) AS statements,
    coalesce(json_array_length(tree, '$.statements[0].node.select_list'), 0) AS "values",
    json_extract_string(tree, '$.statements[0].node.type') AS node,
    json_extract_string(tree, '$.statements[0].node.from_table.type') AS source,
    contains(tree::VARCHAR, '"class":"SUBQUERY"') AS subquery,
    contains(tree::VARCHAR, '"class":"WINDOW"') AS windowed,
    contains(tree::VARCHAR, '"class":"STAR"') AS star
  FROM (SELECT json_serialize_sql({})::JSON AS tree))sql";

}  // namespace

void require_scalar_expression(const std::string& expression, const std::string& what) {
  const auto refuse = [&](const std::string& why) {
    throw Error(
        ErrorCode::invalid_value,
        fmt::format("{} is not an SQL expression over columns ({}): {}", what, why, expression));
  };
  // The line end keeps a comment from swallowing the closing bracket.
  const std::string statement = fmt::format("SELECT ({}\n)", expression);
  const Table facts = shared_database().query(fmt::format(kFacts, sql_literal(statement)));
  const auto text = [&](const char* name) { return facts.texts(name).front(); };
  if (text("error") != "false") refuse(text("message"));
  if (text("statements") != "1" || text("node") != "SELECT_NODE" || text("values") != "1") {
    refuse("it must be one value");
  }
  if (text("source") != "EMPTY") refuse("FROM is not allowed");
  if (text("subquery") == "true") refuse("subqueries are not allowed");
  if (text("windowed") == "true") refuse("window functions are not allowed");
  if (text("star") == "true") refuse("* is not allowed");
}

}  // namespace forecart
