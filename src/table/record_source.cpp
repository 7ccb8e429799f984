#include "table/record_source.h"

#include "base/error.h"
#include "table/byte_source.h"
#include "table/csv_reader.h"
#include "table/number_text.h"
#include "table/parquet_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace forecart {

namespace {

std::string lower_case(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string unique_name(std::string name, std::size_t position,
                        std::unordered_set<std::string>& taken) {
  if (name.empty()) name = fmt::format("column{}", position + 1);
  std::string result = name;
  // SQL does not tell small letters from capital ones.
  for (int n = 2; !taken.insert(lower_case(result)).second; ++n) {
    result = fmt::format("{}_{}", name, n);
  }
  return result;
}

}  // namespace

void RecordSource::set_header(std::vector<std::string> header) {
  header_ = std::move(header);
  set_columns(header_);
}

void RecordSource::set_columns(std::vector<std::string> names) {
  std::unordered_set<std::string> taken;
  columns_.clear();
  for (std::size_t i = 0; i < names.size(); ++i) {
    columns_.push_back(unique_name(std::string(trim(names[i])), i, taken));
  }
}

bool is_parquet(const std::filesystem::path& path) {
  return path.extension() == ".parquet" || starts_with_bytes(path, "PAR1");
}

std::unique_ptr<RecordSource> open_records(const std::filesystem::path& path,
                                           const CsvOptions& options) {
  require_readable_file(path);
  if (is_parquet(path)) return std::make_unique<ParquetReader>(path);
  return std::make_unique<CsvReader>(path, options);
}

bool is_blank(const Record& record) {
  return std::all_of(record.fields.begin(), record.fields.end(),
                     [](std::string_view field) { return field.empty() || trim(field).empty(); });
}

}  // namespace forecart
