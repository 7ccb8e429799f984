#include "table/parquet_reader.h"

#include "base/error.h"
#include "table/byte_source.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace forecart {

namespace {

/// DuckDB expands * ? [ in file names; a bracket expression stands for the character itself.
std::string without_wildcards(const std::string& path) {
  std::string result;
  for (const char c : path) {
    result += c == '*' || c == '?' || c == '[' ? fmt::format("[{}]", c) : std::string(1, c);
  }
  return result;
}

}  // namespace

std::string parquet_source(const std::vector<std::filesystem::path>& paths) {
  std::vector<std::string> names;
  for (const auto& path : paths) names.push_back(sql_literal(without_wildcards(path.string())));
  return fmt::format("read_parquet([{}])", fmt::join(names, ", "));
}

std::vector<ParquetColumn> parquet_columns(const std::filesystem::path& path) {
  require_readable_file(path);
  if (!starts_with_bytes(path, "PAR1")) {
    throw Error(ErrorCode::bad_data,
                fmt::format("'{}' is named parquet but is no parquet file", path.string()));
  }
  Table description;
  try {
    description = shared_database().query(
        fmt::format("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {})",
                    parquet_source({path})));
  } catch (const Error& error) {
    throw Error(ErrorCode::bad_data,
                fmt::format("'{}' is a damaged parquet file: {}", path.string(), error.what()));
  }
  const auto names = description.texts("column_name");
  const auto types = description.texts("column_type");
  std::vector<ParquetColumn> result;
  for (std::size_t i = 0; i < names.size(); ++i) result.push_back({names[i], types[i]});
  return result;
}

ParquetReader::ParquetReader(const std::filesystem::path& path) {
  std::vector<std::string> names;
  std::vector<std::string> casts;
  for (const ParquetColumn& column : parquet_columns(path)) {
    names.push_back(column.name);
    casts.push_back(fmt::format("CAST({} AS VARCHAR)", sql_identifier(column.name)));
  }
  set_columns(names);
  for (std::size_t i = 0; i < casts.size(); ++i) {
    casts[i] += " AS " + sql_identifier(columns()[i]);
  }
  cursor_.emplace(shared_database().cursor(
      fmt::format("SELECT {} FROM {}", fmt::join(casts, ", "), parquet_source({path}))));
}

bool ParquetReader::next(Record& record) {
  if (row_ == block_.row_count()) {
    if (!cursor_->next(block_)) return false;
    row_ = 0;
  }
  record.flaw = RecordFlaw::none;
  record.fields.clear();
  text_.clear();
  for (const Column& column : block_.columns()) {
    record.fields.emplace_back(std::get<std::vector<std::string>>(column.values)[row_]);
    if (record.fields.size() > 1) text_ += ',';
    append_csv_cell(text_, record.fields.back());
  }
  record.line = ++line_;
  record.text = text_;
  ++row_;
  return true;
}

}  // namespace forecart
