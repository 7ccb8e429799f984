#include "pipeline/order_preview.h"

#include "base/error.h"
#include "base/work_file.h"
#include "ingest/date_format.h"
#include "ingest/ingest_preview.h"
#include "ingest/mapping.h"
#include "pipeline/dataset_panel.h"
#include "table/byte_source.h"
#include "table/column_guess.h"
#include "table/csv_dialect.h"
#include "table/number_text.h"
#include "table/record_source.h"
#include "table/table_text.h"
#include "table/utf8.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::size_t kRows = 1000;
constexpr std::size_t kHead = 8;
constexpr std::size_t kExamples = 5;
constexpr std::size_t kLongestExample = 200;
constexpr double kTimeShare = 0.8;  // as the guesser asks for of a column without a known name

json dialect_of(const PreviewRequest& request, const CsvOptions& csv) {
  if (is_parquet(request.file)) {
    return {{"format", "parquet"}, {"delimiter", nullptr}, {"quote", nullptr}, {"header", nullptr}};
  }
  constexpr std::size_t kBlock = std::size_t{1} << 18;
  std::string bytes(kBlock, '\0');
  bytes.resize(open_bytes(request.file)->read(bytes.data(), bytes.size()));
  const CsvDialect found = sniff_dialect(bytes, csv.quote, false);
  const char delimiter = csv.delimiter.value_or(found.delimiter);
  return {{"format", "csv"},
          {"delimiter", std::string(1, delimiter)},
          {"quote", csv.quote == '\0' ? "" : std::string(1, csv.quote)},
          {"header", csv.header}};
}

const char* type_of(const std::vector<std::string>& cells) {
  if (cells.empty()) return "empty";
  DateEvidence times;
  for (const std::string& cell : cells) times.add(cell);
  const ColumnValues values = guess_values(cells);
  if (std::holds_alternative<std::vector<std::int64_t>>(values)) return "integer";
  if (std::holds_alternative<std::vector<double>>(values)) return "number";
  return times.is_time_column(kTimeShare) ? "time" : "text";
}

json examples_of(const std::vector<std::string>& cells) {
  std::vector<std::string> examples;
  for (const std::string& cell : cells) {
    if (examples.size() == kExamples) break;
    const std::string text = cell.substr(0, kLongestExample);
    if (std::find(examples.begin(), examples.end(), text) == examples.end()) {
      examples.push_back(text);
    }
  }
  return examples;
}

json columns_of(const PreviewRequest& request, const CsvOptions& csv) {
  const auto source = open_records(request.file, csv);
  const std::vector<std::string>& names = source->columns();
  std::vector<std::vector<std::string>> cells(names.size());
  Record record;
  for (std::size_t row = 0; row < kRows && source->next(record); ++row) {
    if (record.fields.size() != names.size() || record.flaw != RecordFlaw::none) continue;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::string_view cell = trim(record.fields[i]);
      if (!cell.empty() && cell != names[i]) cells[i].emplace_back(cell);
    }
  }
  json columns = json::array();
  for (std::size_t i = 0; i < names.size(); ++i) {
    columns.push_back(
        {{"name", names[i]}, {"type", type_of(cells[i])}, {"examples", examples_of(cells[i])}});
  }
  return columns;
}

/// Cells of the first rows; bytes that are no text are replaced where it is written.
json head_of(const PreviewRequest& request, const CsvOptions& csv) {
  const auto source = open_records(request.file, csv);
  json head = json::array();
  Record record;
  while (head.size() < kHead && source->next(record)) {
    json cells = json::array();
    for (const std::string_view field : record.fields) {
      cells.push_back(escape_invalid_utf8(field.substr(0, kLongestExample)));
    }
    head.push_back(std::move(cells));
  }
  return head;
}

json reason_of(const std::string& part, const std::string& column, const PreviewRequest& request) {
  if (column.empty()) return nullptr;
  const bool edited = std::any_of(request.edits.begin(), request.edits.end(), [&](const auto& one) {
    return one.table == "columns" && one.key == part;
  });
  if (request.settings || edited) return "settings";
  return part == "time" && !is_time_name(column) ? "content" : "name";
}

json mapping_of(const ColumnMapping& columns, const PreviewRequest& request) {
  const std::array<std::pair<const char*, const std::string*>, 8> parts{
      {{"time", &columns.time},
       {"order_id", &columns.order_id},
       {"product", &columns.product},
       {"quantity", &columns.quantity},
       {"unit_price", &columns.unit_price},
       {"revenue", &columns.revenue},
       {"customer", &columns.customer},
       {"place", &columns.place}}};
  json mapping = json::array();
  for (const auto& [part, column] : parts) {
    mapping.push_back({{"part", part},
                       {"column", column->empty() ? json() : json(*column)},
                       {"reason", reason_of(part, *column, request)}});
  }
  return mapping;
}

/// Messages name the file as its sender does.
std::string renamed(std::string text, const PreviewRequest& request) {
  const std::string path = request.file.string();
  for (std::size_t at = text.find(path); at != std::string::npos; at = text.find(path)) {
    text.replace(at, path.size(), request.name);
  }
  return text;
}

void tell_rows(const Repository& repository, const PreviewRequest& request,
               const DatasetConfig& config, json& told) {
  const WorkFile rejects(repository.store().work_folder(), ".csv");
  const IngestPreview preview =
      preview_file({request.file, {}, rejects.path(), request.name}, config, {.rows = kRows});
  const json counts = to_json(preview.counts, TimeZone::named(config.time_zone));
  for (const char* key : {"rows_read", "rows_accepted", "rows_rejected", "rejected_by_reason",
                          "returns", "cancellations", "revenue", "first", "last"}) {
    told["counts"][key] = counts.at(key);
  }
  told["rows"] = rows_json(preview.sales);
  told["rejects"] = rows_json(preview.rejects);
  told["whole"] = preview.whole;
}

/// What is edited is not guessed. That a part is played by no column is edited after the guess,
/// too.
std::string settings_of(const PreviewRequest& request) {
  if (request.settings) return edited_toml(*request.settings, request.edits);
  const DatasetConfig partial = parse_settings(edited_toml("", request.edits), "dataset.toml");
  return edited_toml(to_toml(guess_dataset_config({request.file}, partial)), request.edits);
}

void tell_columns(const PreviewRequest& request, const CsvOptions& csv, json& told) {
  told["dialect"] = dialect_of(request, csv);
  told["columns"] = columns_of(request, csv);
  told["head"] = head_of(request, csv);
}

void tell_understanding(const Repository& repository, const PreviewRequest& request, json& told) {
  const std::string settings = settings_of(request);
  const DatasetConfig config = parse_settings(settings, "dataset.toml");
  told["mapping"] = mapping_of(config.columns, request);
  told["toml"] = settings;
  tell_columns(request, config.csv, told);
  tell_rows(repository, request, config, told);
}

/// As far as the settings can be read.
CsvOptions csv_of(const PreviewRequest& request) {
  try {
    const std::string settings = edited_toml(request.settings.value_or(""), request.edits);
    return parse_settings(settings, "dataset.toml").csv;
  } catch (const Error&) {  // told as the problem
    return {};
  }
}

}  // namespace

json preview_orders(const Repository& repository, const PreviewRequest& request) {
  json told{{"settings", request.settings ? "stored" : "guessed"},
            {"mapping", json::array()},
            {"toml", nullptr},
            {"rows", json::array()},
            {"rejects", json::array()},
            {"counts", nullptr},
            {"whole", false},
            {"problem", nullptr}};
  try {
    tell_columns(request, csv_of(request), told);
  } catch (const Error& error) {
    throw Error(error.code(), renamed(error.what(), request));
  }
  try {
    tell_understanding(repository, request, told);
  } catch (const Error& error) {
    told["problem"] = {{"code", to_string(error.code())},
                       {"message", renamed(error.what(), request)}};
  }
  return told;
}

}  // namespace forecart
