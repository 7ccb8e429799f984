#include "aws/stream_batch.h"

#include "base/error.h"
#include "services/base64url.h"
#include "table/csv_record.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::string_view kShard = "shardId-";
constexpr std::size_t kLongestStream = 128;
constexpr std::size_t kLongestShown = 64;  // of a stream, in the name of a file
constexpr std::size_t kLongestSequence = 129;
constexpr int kDeepest = 16;  // nesting of an order in JSON

const json& member(const json& object, const char* name) {
  static const json kNone;
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found != object.end() ? *found : kNone;
}

std::string text(const json& object, const char* name) {
  const json& found = member(object, name);
  return found.is_string() ? found.get<std::string>() : "";
}

bool consists_of(std::string_view text, std::size_t most, std::string_view characters) {
  return !text.empty() && text.size() <= most &&
         text.find_first_not_of(characters) == std::string_view::npos;
}

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kNameCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";

[[noreturn]] void refuse(const char* what) {
  throw Error(ErrorCode::bad_data, fmt::format("a record of Kinesis has no {}", what));
}

/// Of "shardId-000000000006:4959…".
std::string shard_of(const json& record) {
  const std::string id = text(record, "eventID");
  const std::size_t colon = id.find(':');
  if (!id.starts_with(kShard) || colon == std::string::npos) refuse("id of its shard");
  std::string shard = id.substr(kShard.size(), colon - kShard.size());
  if (!consists_of(shard, 64, kDigits)) refuse("id of its shard");
  return shard;
}

/// Of "arn:aws:kinesis:eu-central-1:123456789012:stream/orders".
std::string stream_of(const json& record) {
  const std::string arn = text(record, "eventSourceARN");
  std::string name = arn.substr(arn.rfind('/') + 1);
  if (!consists_of(name, kLongestStream, kNameCharacters)) refuse("name of its stream");
  return name;
}

StreamRecord record_of(const json& record) {
  const json& own = member(record, "kinesis");
  StreamRecord read{text(own, "sequenceNumber"), text(own, "data")};
  if (!consists_of(read.sequence, kLongestSequence, kDigits)) refuse("sequence number");
  if (auto data = parse_base64(read.data)) read.data = std::move(*data);
  return read;
}

/// Rows of named cells, which need not have the same names.
class Rows {
 public:
  /// False where there would be too many columns.
  bool add(const std::vector<std::pair<std::string, std::string>>& cells) {
    const auto is_new = [this](const auto& cell) { return !place_.contains(cell.first); };
    const auto added = static_cast<std::size_t>(std::ranges::count_if(cells, is_new));
    if (columns_.size() + added > kMostColumns) return false;
    std::vector<std::string> row(columns_.size());
    for (const auto& [name, cell] : cells) {
      const std::size_t at = column(name);
      row.resize(std::max(row.size(), at + 1));
      row[at] = cell;
    }
    rows_.push_back({std::move(row), false});
    return true;
  }

  /// A line that has no cells: alone in its row.
  void add_unread(std::string_view line) { rows_.push_back({{std::string(line)}, true}); }

  std::string csv() const {
    std::string csv;
    append(columns_, columns_.size(), csv);
    for (const Row& row : rows_) append(row.cells, row.unread ? 1 : columns_.size(), csv);
    return csv;
  }

 private:
  struct Row {
    std::vector<std::string> cells;  // the last columns may be missing
    bool unread = false;
  };

  std::size_t column(const std::string& name) {
    const auto [known, is_new] = place_.emplace(name, columns_.size());
    if (is_new) columns_.push_back(name);
    return known->second;
  }

  static void append(const std::vector<std::string>& cells, std::size_t size, std::string& csv) {
    for (std::size_t i = 0; i < size; ++i) {
      if (i > 0) csv += ',';
      if (i < cells.size()) append_csv_cell(csv, cells[i]);
    }
    csv += '\n';
  }

  std::vector<std::string> columns_;
  std::unordered_map<std::string, std::size_t> place_;
  std::vector<Row> rows_;
};

std::string cell_of(const json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>()
                           : value.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Discarded where it is none, or nests too deep to be written again.
json object_of(std::string_view line) {
  bool too_deep = false;
  const auto look = [&](int depth, json::parse_event_t, json&) {
    too_deep = too_deep || depth > kDeepest;
    return !too_deep;
  };
  json object = json::parse(line, look, false);
  return too_deep ? json() : object;
}

void add_object(std::string_view line, Rows& rows) {
  const json object = object_of(line);
  std::vector<std::pair<std::string, std::string>> cells;
  if (object.is_object()) {
    for (const auto& [name, value] : object.items()) cells.emplace_back(name, cell_of(value));
  }
  if (cells.empty() || !rows.add(cells)) rows.add_unread(line);
}

/// One record of csv, and what is left of the data.
std::vector<std::string> next_csv(std::string_view& data) {
  Record record;
  const RecordExtent extent = split_record(data, {}, true, record);
  data.remove_prefix(std::max<std::size_t>(1, extent.bytes));
  return {record.fields.begin(), record.fields.end()};
}

std::string_view next_line(std::string_view& data) {
  std::string_view line = data.substr(0, data.find('\n'));
  data.remove_prefix(std::min(data.size(), line.size() + 1));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

void add_csv(std::string_view data, Rows& rows) {
  const std::vector<std::string> names = next_csv(data);
  while (!data.empty()) {
    const std::string_view before = data;
    const std::vector<std::string> fields = next_csv(data);
    std::string_view line = before.substr(0, before.size() - data.size());
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    if (is_blank(line)) continue;
    std::vector<std::pair<std::string, std::string>> cells;
    for (std::size_t i = 0; i < fields.size() && i < names.size(); ++i) {
      cells.emplace_back(names[i], fields[i]);
    }
    if (fields.size() != names.size() || !rows.add(cells)) rows.add_unread(line);
  }
}

void add_data(std::string_view data, Rows& rows) {
  while (!data.empty() && is_blank(data.substr(0, 1))) data.remove_prefix(1);
  const std::size_t end = data.find('\n');
  const bool has_more = end != std::string_view::npos && !is_blank(data.substr(end));
  if (!data.starts_with('{') && has_more) return add_csv(data, rows);
  while (!data.empty()) {
    const std::string_view line = next_line(data);
    if (!is_blank(line)) add_object(line, rows);
  }
}

}  // namespace

std::string StreamBatch::file_name() const {
  return fmt::format("kinesis-{}-{}-{}-{}.csv", stream.substr(0, kLongestShown), shard,
                     records.front().sequence, records.back().sequence);
}

StreamBatch parse_stream_batch(const json& event) {
  const json& records = member(event, "Records");
  if (!records.is_array() || records.empty()) refuse("batch");
  StreamBatch batch{stream_of(records.front()), shard_of(records.front()), {}};
  for (const json& record : records) {
    if (stream_of(record) != batch.stream || shard_of(record) != batch.shard) {
      throw Error(ErrorCode::bad_data, "the event has records of more than one shard of Kinesis");
    }
    batch.records.push_back(record_of(record));
  }
  return batch;
}

std::string csv_of(const StreamBatch& batch) {
  Rows rows;
  for (const StreamRecord& record : batch.records) add_data(record.data, rows);
  return rows.csv();
}

void put_into_inbox(const Repository& repository, const std::string& dataset,
                    const StreamBatch& batch) {
  repository.store().put_if_absent(fmt::format("inbox/{}/{}", dataset, batch.file_name()),
                                   csv_of(batch));
}

}  // namespace forecart
