#include "pipeline/proof_accuracy.h"

#include "aggregates/sales_query.h"
#include "base/error.h"
#include "series/forecast.h"
#include "table/database.h"
#include "table/number_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace forecart {

namespace {

/// Models that a backtest has columns of: "<Model>", beside "<Model>-lo-80" and the like.
std::vector<std::string> models_in(const std::vector<std::string>& columns) {
  const std::vector<std::string> keys{"panel", "unique_id", "ds", "cutoff", "y"};
  std::vector<std::string> models;
  for (const std::string& column : columns) {
    const bool is_bound =
        column.find("-lo-") != std::string::npos || column.find("-hi-") != std::string::npos;
    if (is_bound || std::find(keys.begin(), keys.end(), column) != keys.end()) continue;
    models.push_back(column);
  }
  return models;
}

const char* key_of(AccuracyBy by) {
  switch (by) {
    case AccuracyBy::step:
      return "step";
    case AccuracyBy::cutoff:
      return "cutoff";
    case AccuracyBy::series:
      break;
  }
  return "unique_id";
}

std::string coverage_sql(const std::vector<std::string>& columns, const std::string& model,
                         int level) {
  const std::string low = fmt::format("{}-lo-{}", model, level);
  const std::string high = fmt::format("{}-hi-{}", model, level);
  if (std::find(columns.begin(), columns.end(), low) == columns.end()) {
    return fmt::format("CAST(NULL AS DOUBLE) AS coverage_{}", level);
  }
  return fmt::format("avg(CASE WHEN y BETWEEN {} AND {} THEN 1.0 ELSE 0.0 END) AS coverage_{}",
                     sql_identifier(low), sql_identifier(high), level);
}

/// Levels of the intervals that a backtest has of a model, as its columns spell them.
std::vector<std::string> levels_of(const std::vector<std::string>& columns,
                                   const std::string& model) {
  const std::string begin = model + "-lo-";
  std::vector<std::string> levels;
  for (const std::string& column : columns) {
    if (column.starts_with(begin)) levels.push_back(column.substr(begin.size()));
  }
  return levels;
}

/// Mean pinball loss over both bounds of every level [GneitingRaftery2007], as leaderboards have
/// it.
std::string quantile_loss_sql(const std::vector<std::string>& columns, const std::string& model) {
  std::vector<std::string> losses;
  const auto add = [&](const std::string& bound, double probability) {
    losses.push_back(fmt::format("greatest({0} * (y - {1}), ({0} - 1) * (y - {1}))", probability,
                                 sql_identifier(bound)));
  };
  for (const std::string& level : levels_of(columns, model)) {
    const auto [low, high] = interval_probabilities(parse_number(level).value());
    add(fmt::format("{}-lo-{}", model, level), low);
    add(fmt::format("{}-hi-{}", model, level), high);
  }
  if (losses.empty()) return "CAST(NULL AS DOUBLE) AS quantile_loss";
  return fmt::format("avg(({}) / {}) AS quantile_loss", fmt::join(losses, " + "), losses.size());
}

std::string model_sql(const std::vector<std::string>& columns, const std::string& model,
                      const AccuracyRequest& request) {
  const char* const key = key_of(request.by);
  const std::string forecast = sql_identifier(model);
  const char* const order = request.by == AccuracyBy::series ? "mae DESC, unique_id" : key;
  return fmt::format(
      "(SELECT {0}, {1} AS model, avg(abs(y - {2})) AS mae, sqrt(avg((y - {2}) * (y - {2}))) AS "
      "rmse, CASE WHEN sum(abs(y)) > 0 THEN sum(abs(y - {2})) / sum(abs(y)) END AS wape, "
      "avg({2} - y) AS bias, {7}, {3}, {4}, count(*) AS n FROM proof "
      "WHERE y IS NOT NULL AND NOT isnan(y) AND {2} IS NOT NULL AND NOT isnan({2}) "
      "GROUP BY {0} ORDER BY {5} LIMIT {6})",
      key, sql_literal(model), forecast, coverage_sql(columns, model, 80),
      coverage_sql(columns, model, 95), order, request.limit, quantile_loss_sql(columns, model));
}

std::string rows_sql(const std::string& source, const AccuracyRequest& request) {
  std::string where = fmt::format("panel = {}", sql_literal(request.panel));
  if (!request.unique_id.empty()) {
    where += fmt::format(" AND unique_id = {}", sql_literal(request.unique_id));
  }
  return fmt::format(
      "SELECT *, row_number() OVER (PARTITION BY unique_id, cutoff ORDER BY ds) AS step "
      "FROM {} WHERE {}",
      source, where);
}

}  // namespace

AccuracyBy parse_accuracy_by(std::string_view name) {
  if (name == "step") return AccuracyBy::step;
  if (name == "cutoff") return AccuracyBy::cutoff;
  if (name == "series") return AccuracyBy::series;
  throw Error(ErrorCode::invalid_value,
              fmt::format("'{}' is nothing to take errors together by; use step, cutoff or series",
                          name.substr(0, 100)));
}

Table proof_accuracy(RunShelf& shelf, const AccuracyRequest& request) {
  require_searchable(request.panel, "panel");
  require_searchable(request.unique_id, "unique_id");
  const auto file = shelf.file(request.dataset, request.run, "backtest.parquet");
  const std::string source = fmt::format("read_parquet({})", sql_literal(file->path().string()));
  const auto columns =
      shared_database().query(fmt::format("SELECT * FROM {} LIMIT 0", source)).names();
  std::vector<std::string> parts;
  for (const std::string& model : models_in(columns)) {
    parts.push_back(model_sql(columns, model, request));
  }
  if (parts.empty()) throw Error(ErrorCode::not_found, "the backtest has no model; run again");
  Table result = shared_database().query(fmt::format(
      "WITH proof AS ({}) {}", rows_sql(source, request), fmt::join(parts, " UNION ALL ")));
  if (result.row_count() > 0) return result;
  throw Error(
      ErrorCode::not_found,
      fmt::format("the backtest has no rows of panel '{}'{}; GET .../panels lists panels, "
                  "GET .../series their series",
                  request.panel,
                  request.unique_id.empty() ? "" : " and series '" + request.unique_id + "'"));
}

}  // namespace forecart
