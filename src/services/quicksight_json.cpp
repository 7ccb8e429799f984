#include "services/quicksight_json.h"

#include "services/aws_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>
#include <string_view>

namespace forecart {

namespace {

using nlohmann::json;

constexpr const char* kTable = "table";  // ids inside a data set
constexpr const char* kLogical = "typed";

/// Columns of files are texts at first, all of them.
json input_columns(const QuickSightDataSet& data_set) {
  json columns = json::array();
  for (const QuickSightColumn& column : data_set.columns) {
    const bool file = data_set.table.empty();
    columns.push_back({{"Name", column.name}, {"Type", file ? "STRING" : column.type}});
  }
  return columns;
}

json physical_table(const QuickSightDataSet& data_set) {
  json table{{"DataSourceArn", data_set.source}, {"InputColumns", input_columns(data_set)}};
  if (data_set.table.empty()) {
    table["UploadSettings"] = {{"Format", "CSV"},
                               {"ContainsHeader", true},
                               {"Delimiter", ","},
                               {"TextQualifier", "DOUBLE_QUOTE"}};
    return {{"S3Source", table}};
  }
  table["Catalog"] = "AwsDataCatalog";
  table["Schema"] = data_set.database;
  table["Name"] = data_set.table;
  return {{"RelationalTable", table}};
}

/// What makes numbers and dates of texts.
json casts(const QuickSightDataSet& data_set) {
  json list = json::array();
  for (const QuickSightColumn& column : data_set.columns) {
    if (column.type == "STRING") continue;
    json cast{{"ColumnName", column.name}, {"NewColumnType", column.type}};
    if (!column.format.empty()) cast["Format"] = column.format;
    list.push_back({{"CastColumnTypeOperation", cast}});
  }
  return list;
}

/// The number behind the last "/" of …:dashboard/ID/version/3.
std::int64_t version_of(std::string_view arn) {
  const std::size_t slash = arn.rfind('/');
  if (slash == std::string_view::npos) return 0;
  const std::string_view text = arn.substr(slash + 1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

}  // namespace

json grant_list(const std::vector<QuickSightGrant>& grants) {
  json list = json::array();
  for (const QuickSightGrant& grant : grants) {
    list.push_back({{"Principal", grant.principal}, {"Actions", grant.actions}});
  }
  return list;
}

json source_request(const QuickSightSource& source) {
  json parameters;
  if (source.bucket.empty()) {
    parameters["AthenaParameters"] = {{"WorkGroup", source.work_group}};
  } else {
    parameters["S3Parameters"] = {
        {"ManifestFileLocation", {{"Bucket", source.bucket}, {"Key", source.manifest}}}};
  }
  return {{"Name", source.name}, {"DataSourceParameters", parameters}};
}

json data_set_request(const QuickSightDataSet& data_set) {
  json request{{"Name", data_set.name},
               {"PhysicalTableMap", {{kTable, physical_table(data_set)}}},
               {"ImportMode", data_set.spice ? "SPICE" : "DIRECT_QUERY"}};
  const json typed = casts(data_set);
  if (data_set.table.empty() && !typed.empty()) {
    request["LogicalTableMap"] = {{kLogical,
                                   {{"Alias", data_set.name.substr(0, 64)},
                                    {"Source", {{"PhysicalTableId", kTable}}},
                                    {"DataTransforms", typed}}}};
  }
  return request;
}

json sheets_request(const QuickSightSheets& sheets) {
  json definition = json::parse(sheets.definition, nullptr, false);
  if (!definition.is_object()) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("the definition of '{}' is no object of JSON", sheets.id));
  }
  return {{"Name", sheets.name}, {"Definition", std::move(definition)}};
}

QuickSightThing parse_thing(const json& answer) {
  QuickSightThing thing{.arn = aws_text(answer, "Arn"),
                        .status = aws_text(answer, "CreationStatus"),
                        .version = version_of(aws_text(answer, "VersionArn"))};
  if (thing.status.empty()) thing.status = aws_text(answer, "UpdateStatus");
  if (thing.status.empty()) thing.status = aws_text(answer, "Status");
  return thing;
}

QuickSightIngestion parse_ingestion(const json& object) {
  const json& rows = aws_object(object, "RowInfo");
  return {.id = aws_text(object, "IngestionId"),
          .status = aws_text(object, "IngestionStatus"),
          .error = aws_text(aws_object(object, "ErrorInfo"), "Type"),
          .made = aws_instant(object, "CreatedTime"),
          .rows = aws_count(rows, "RowsIngested"),
          .rows_dropped = aws_count(rows, "RowsDropped")};
}

QuickSightDashboard parse_dashboard(const json& answer) {
  const json& dashboard = aws_object(answer, "Dashboard");
  const json& version = aws_object(dashboard, "Version");
  QuickSightDashboard found{.arn = aws_text(dashboard, "Arn"),
                            .status = aws_text(version, "Status"),
                            .version = aws_count(version, "VersionNumber")};
  for (const json& error : aws_list(version, "Errors")) {
    found.errors.push_back(
        fmt::format("{}: {}", aws_text(error, "Type"), aws_text(error, "Message")));
  }
  return found;
}

}  // namespace forecart
