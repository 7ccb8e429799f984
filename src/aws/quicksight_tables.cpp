#include "aws/quicksight_tables.h"

#include "aggregates/file_query.h"
#include "aws/cloud_template.h"
#include "aws/quicksight_forecasts.h"
#include "base/ascii.h"
#include "base/error.h"
#include "base/hash.h"
#include "pipeline/dataset_panel.h"
#include "pipeline/sales_state.h"
#include "store/work_folder.h"
#include "table/database.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <filesystem>

namespace forecart {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kForecasts = "forecasts";
constexpr const char* kCity = "city";

const json& definition_of(const std::string& table) {
  return cloud_template("athena-tables").at("Tables").at(table);
}

/// As DuckDB calls the types of Athena.
std::string sql_type(const std::string& type) {
  return type == "string" ? "VARCHAR" : type;
}

/// What a column is made of, where it is more than itself: labels of buckets become times on the
/// shop's clock.
std::string expression_of(const std::string& table, const std::string& column) {
  if (column == "ds") return "substr(ds, 1, 19)";
  if (column == "month") return "substr(ds, 1, 10)";
  if (column == "hour") return "hour(CAST(substr(ds, 1, 19) AS TIMESTAMP))";
  if (table == "sales_by_hour") return fmt::format("sum({})", column);
  return sql_identifier(column);
}

/// The columns of a table by their names and types, in order.
std::string selection(const std::string& table, const std::string& source) {
  std::vector<std::string> columns;
  for (const json& column : definition_of(table).at("Columns")) {
    const auto name = column.at("Name").get<std::string>();
    columns.push_back(fmt::format("CAST({} AS {}) AS {}", expression_of(table, name),
                                  sql_type(column.at("Type")), sql_identifier(name)));
  }
  return fmt::format("SELECT {} FROM read_parquet({}){}", fmt::join(columns, ", "),
                     sql_literal(source), table == "sales_by_hour" ? " GROUP BY 1 ORDER BY 1" : "");
}

SalesQuery query_for(const std::string& table) {
  SalesQuery query;
  query.measures = {Measure::lines, Measure::orders, Measure::units, Measure::revenue};
  query.limit = SalesQuery::kMostRows;
  if (table == "sales_by_month" || table == "sales_by_hour") {
    query.grain = table == "sales_by_month" ? Grain::month : Grain::hour;
    query.descending = true;  // the latest stay where there are too many
    return query;
  }
  query.by = {table == "sales_by_city" ? kCity : "product"};
  query.order = Measure::lines;
  query.descending = true;
  return query;
}

/// The tables of one run, made in a local folder and brought into the store.
class Publication {
 public:
  Publication(Repository& repository, const StoreLocation& place, QuickSightFiles& files,
              const std::string& dataset)
      : repository_(repository), place_(place), files_(files), dataset_(dataset) {}

  void operator()() {
    const SalesState state = read_sales_state(repository_, dataset_);
    const SalesFiles sales(repository_, state);
    for (const std::string& table : files_.tables) {
      if (table == kForecasts) {
        bring(table, quicksight_forecasts(repository_, dataset_, files_.run));
      } else {
        bring(table, once(ask_files(sales.paths(), query_for(table), state.schema).rows));
      }
    }
    if (!place_.is_local()) bring_descriptions();
  }

 private:
  static TableBlocks once(Table rows) {
    return [left = std::optional<Table>(std::move(rows))]() mutable {
      return std::exchange(left, std::nullopt);
    };
  }

  void bring(const std::string& table, const TableBlocks& blocks) {
    const fs::path raw = folder_.path() / (table + ".raw.parquet");
    write_parquet(blocks, raw);
    const fs::path parquet = folder_.path() / (table + ".parquet");
    shared_database().execute(fmt::format("COPY ({}) TO {} (FORMAT parquet, COMPRESSION snappy)",
                                          selection(table, raw), sql_literal(parquet.string())));
    const fs::path csv = folder_.path() / (table + ".csv");
    shared_database().execute(fmt::format(
        "COPY (FROM read_parquet({})) TO {} (FORMAT csv, HEADER, DATEFORMAT '%Y-%m-%d', "
        "TIMESTAMPFORMAT '%Y-%m-%d %H:%M:%S')",
        sql_literal(parquet.string()), sql_literal(csv.string())));
    for (const char* format : {"csv", "parquet"}) {
      files_.keys.push_back(quicksight_key(dataset_, table, format));
      repository_.store().put_file(files_.keys.back(),
                                   format == std::string("csv") ? csv : parquet);
    }
    for (const fs::path& file : {raw, parquet, csv}) fs::remove(file);
  }

  /// What names the bucket, and so is not there of a local repository.
  void bring_descriptions() {
    for (const std::string& table : files_.tables) {
      put(quicksight_manifest_key(dataset_, table),
          quicksight_manifest(place_, dataset_, table).dump(2) + "\n");
    }
    const auto statements = athena_statements(place_, dataset_, files_.tables);
    put(fmt::format("quicksight/{}/athena.sql", dataset_),
        fmt::format("{};\n", fmt::join(statements, ";\n\n")));
  }

  void put(const std::string& key, const std::string& text) {
    files_.keys.push_back(key);
    repository_.store().put(key, text);
  }

  Repository& repository_;
  const StoreLocation& place_;
  QuickSightFiles& files_;
  std::string dataset_;
  WorkFolder folder_{repository_.store().work_folder()};
};

std::string current_run(const Repository& repository, const std::string& dataset) {
  const auto current = repository.current(dataset);
  if (current) return current->at("run").get<std::string>();
  throw Error(ErrorCode::not_found,
              fmt::format("data set '{}' has no run yet; make one with forecart run", dataset));
}

/// "s3://bucket/prefix/<key>"
std::string address_of(const StoreLocation& place, const std::string& key) {
  return fmt::format("s3://{}/{}{}{}", place.bucket(), place.prefix(),
                     place.prefix().empty() ? "" : "/", key);
}

std::string folder_of(const std::string& key) {
  return key.substr(0, key.rfind('/') + 1);
}

/// A text as Athena's definitions of tables, which are Hive's, write it.
std::string athena_text(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

std::string athena_table(const StoreLocation& place, const std::string& dataset,
                         const std::string& table) {
  std::vector<std::string> columns;
  for (const json& column : definition_of(table).at("Columns")) {
    columns.push_back(fmt::format("  `{}` {} COMMENT {}", column.at("Name").get<std::string>(),
                                  column.at("Type").get<std::string>(),
                                  athena_text(column.at("Comment"))));
  }
  return fmt::format(
      "CREATE EXTERNAL TABLE `{}`.`{}` (\n{}\n)\nCOMMENT {}\nSTORED AS PARQUET\n"
      "LOCATION {}",
      athena_database(dataset), table, fmt::join(columns, ",\n"),
      athena_text(definition_of(table).at("Comment")),
      athena_text(address_of(place, folder_of(quicksight_key(dataset, table, "parquet")))));
}

}  // namespace

std::vector<std::string> quicksight_tables(const DatasetConfig& config) {
  std::vector<std::string> tables{kForecasts, "sales_by_month", "sales_by_hour"};
  if (!config.columns.product.empty()) tables.emplace_back("sales_by_product");
  const bool has_city = std::ranges::any_of(
      config.dimensions, [](const Dimension& dimension) { return dimension.name == kCity; });
  if (has_city) tables.emplace_back("sales_by_city");
  return tables;
}

std::string quicksight_key(const std::string& dataset, const std::string& table,
                           const std::string& format) {
  return fmt::format("quicksight/{0}/{2}/{1}/{1}.{2}", dataset, table, format);
}

std::string quicksight_manifest_key(const std::string& dataset, const std::string& table) {
  return fmt::format("quicksight/{}/manifests/{}.json", dataset, table);
}

json quicksight_manifest(const StoreLocation& place, const std::string& dataset,
                         const std::string& table) {
  const std::string folder = address_of(place, folder_of(quicksight_key(dataset, table, "csv")));
  return {{"fileLocations", {{{"URIPrefixes", {folder}}}}},
          {"globalUploadSettings",
           {{"format", "CSV"},
            {"delimiter", ","},
            {"textqualifier", "\""},
            {"containsHeader", "true"}}}};
}

std::string athena_database(const std::string& dataset) {
  std::string name = "forecart_" + dataset;
  for (char& c : name) c = c == '-' ? '_' : ascii_lower(c);
  constexpr std::size_t kDigits = 8;  // tell "my-shop" from "my_shop"
  const bool is_changed = name != "forecart_" + dataset;
  return is_changed ? name + "_" + sha256(dataset).substr(0, kDigits) : name;
}

std::vector<std::string> athena_statements(const StoreLocation& place, const std::string& dataset,
                                           const std::vector<std::string>& tables) {
  std::vector<std::string> statements{
      fmt::format("CREATE DATABASE IF NOT EXISTS `{}`", athena_database(dataset))};
  for (const std::string& table : tables) {
    statements.push_back(
        fmt::format("DROP TABLE IF EXISTS `{}`.`{}`", athena_database(dataset), table));
    statements.push_back(athena_table(place, dataset, table));
  }
  return statements;
}

QuickSightFiles publish_quicksight_tables(const StoreLocation& place, const std::string& dataset) {
  constexpr int kMostTries = 3;
  Repository repository = Repository::open(place);
  QuickSightFiles files;
  for (int tries = 0; tries < kMostTries; ++tries) {
    files = {.run = current_run(repository, dataset),
             .tables = quicksight_tables(read_config(repository, dataset)),
             .keys = {}};
    Publication(repository, place, files, dataset)();
    if (current_run(repository, dataset) == files.run) break;
  }
  return files;
}

}  // namespace forecart
