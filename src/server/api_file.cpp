#include "server/api_file.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/work_file.h"
#include "table/table_file.h"
#include "table/table_text.h"

#include "http/negotiation.h"
#include <fmt/format.h>

#include <array>

namespace forecart {

namespace {

std::string disposition(const std::string& name) {
  return fmt::format("attachment; filename=\"{}\"", name);
}

std::string json_text(const Table& table, bool more) {
  std::string text = "{\"rows\":[";
  append_json_rows(text, table);
  return text + (more ? "],\"more\":true}\n" : "],\"more\":false}\n");
}

Answer parquet_answer(const Table& table, const std::filesystem::path& folder) {
  const auto file = std::make_shared<const WorkFile>(folder, ".parquet");
  write_table(table, file->path());
  const auto bytes = static_cast<std::int64_t>(std::filesystem::file_size(file->path()));
  return {.file = FileBody{file->path(), bytes, 0, file}};
}

}  // namespace

Answer file_answer(std::shared_ptr<const FetchedFile> file, const std::string& etag,
                   const std::string& type, const std::string& name) {
  const auto bytes = static_cast<std::int64_t>(std::filesystem::file_size(file->path()));
  return {.type = type,
          .headers = {{"content-disposition", disposition(name)}},
          .etag = etag,
          .file = FileBody{file->path(), bytes, 0, file}};
}

Answer file_answer(const ObjectStore& store, const std::string& key, const std::string& type,
                   const std::string& name) {
  const auto info = store.info(key);
  const std::string etag = info ? sha256(info->version).substr(0, 16) : "";
  return file_answer(std::make_shared<const FetchedFile>(store, key), etag, type, name);
}

TableFormat format_of(const Call& call) {
  const std::string_view wanted = call.parameter("format");
  for (const TableFormat format : {TableFormat::json, TableFormat::csv, TableFormat::parquet}) {
    if (wanted == to_string(format)) return format;
  }
  if (!wanted.empty()) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("'{}' is no format; use json, csv or parquet", wanted.substr(0, 100)));
  }
  constexpr std::array<TableFormat, 3> kFormats{TableFormat::json, TableFormat::csv,
                                                TableFormat::parquet};
  constexpr std::array<std::string_view, 3> kTypes{"application/json", "text/csv",
                                                   "application/vnd.apache.parquet"};
  return kFormats[preferred(call.request.header("accept"), kTypes)];
}

const char* to_string(TableFormat format) {
  switch (format) {
    case TableFormat::csv:
      return "csv";
    case TableFormat::parquet:
      return "parquet";
    case TableFormat::json:
      break;
  }
  return "json";
}

const char* type_of(TableFormat format) {
  switch (format) {
    case TableFormat::csv:
      return "text/csv; charset=utf-8";
    case TableFormat::parquet:
      return "application/vnd.apache.parquet";
    case TableFormat::json:
      break;
  }
  return "application/json";
}

Answer table_answer(const Table& table, bool more, TableFormat format,
                    const std::filesystem::path& folder, const std::string& name) {
  Answer answer;
  if (format == TableFormat::json) {
    answer.body = json_text(table, more);
    return answer;
  }
  if (format == TableFormat::parquet) {
    answer = parquet_answer(table, folder);
  } else {
    answer.body = to_csv(table);
  }
  answer.type = type_of(format);
  answer.headers = {
      {"content-disposition", disposition(fmt::format("{}.{}", name, to_string(format)))},
      {"x-more", more ? "true" : "false"}};
  return answer;
}

Parameter format_parameter() {
  return {"format", "json, csv or parquet; else as Accept says",
          R"({"enum":["json","csv","parquet"]})"};
}

}  // namespace forecart
