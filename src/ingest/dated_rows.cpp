#include "ingest/dated_rows.h"

#include "base/error.h"
#include "table/number_text.h"
#include "table/record_source.h"
#include "table/utf8.h"

#include <fmt/format.h>

#include <algorithm>

namespace forecart {

namespace {

constexpr std::int64_t kLargestCount = std::int64_t{1} << 53;

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::bad_data, message);
}

}  // namespace

DatedRows::DatedRows(const std::filesystem::path& path, TimeZone zone)
    : path_(path), file_(path.string()), zone_(zone) {
  const auto source = open_records(path);
  header_ = source->header();
  columns_ = source->columns();
}

std::optional<std::size_t> DatedRows::find(std::initializer_list<std::string_view> names) const {
  for (const std::string_view name : names) {
    const auto at = std::find(columns_.begin(), columns_.end(), name);
    if (at != columns_.end()) return static_cast<std::size_t>(at - columns_.begin());
  }
  return std::nullopt;
}

void DatedRows::require_distinct_columns() const {
  for (std::size_t c = 0; c < header_.size(); ++c) {
    const std::string_view name = trim(header_[c]);
    if (name.empty() || name == columns_[c]) continue;
    refuse(
        fmt::format("'{}' has more than one column '{}' (column {} is the second); rename or "
                    "remove one of them",
                    file_, name, c + 1));
  }
}

void DatedRows::for_each(const Take& take) const {
  const auto source = open_records(path_);
  Record record;
  while (source->next(record)) {
    if (is_blank(record)) continue;
    check(record);
    take(record);
  }
}

void DatedRows::check(const Record& record) const {
  if (record.flaw == RecordFlaw::none && record.fields.size() == columns_.size()) return;
  const std::string place = fmt::format("line {} of '{}'", record.line, file_);
  const std::string text = escape_invalid_utf8(record.text.substr(0, 100));
  if (record.flaw == RecordFlaw::invalid_utf8) {
    refuse(
        fmt::format("{} is not UTF-8: {}; convert the file first, for example with: iconv -f "
                    "ISO-8859-1 -t UTF-8 FILE > NEW",
                    place, text));
  }
  if (record.flaw == RecordFlaw::bad_quotes) {
    refuse(
        fmt::format("{} has a quote that does not close, or closes within a cell: {}; put "
                    "quotes around the whole cell and double those inside",
                    place, text));
  }
  refuse(fmt::format("{} has {} cells where the header has {}: {}", place, record.fields.size(),
                     columns_.size(), text));
}

/// ISO times, by far the most usual, need no look at the whole column.
void DatedRows::survey(std::size_t time, TimeKind kind) {
  time_ = time;
  DateEvidence evidence;
  bool all_whole = true;
  for_each([&](const Record& record) {
    const std::string_view cell = trim(record.fields[time_]);
    all_whole = all_whole && parse_integer(cell).has_value();
    evidence.add(cell);
  });
  counter_ = all_whole && kind != TimeKind::time;
  if (!counter_ && evidence.is_time_column(0.5)) {
    format_ = evidence.decide(std::nullopt, fmt::format("column ds of '{}'", file_));
  }
  if (counter_ || kind != TimeKind::counter) return;
  refuse(fmt::format("ds of '{}' holds times; a whole number as frequency needs whole numbers",
                     file_));
}

Instant DatedRows::time(const Record& record) const {
  const std::string_view cell = trim(record.fields[time_]);
  if (counter_) return read_count(cell, record.line);
  const auto stamp = parse_time(cell, format_);
  if (!stamp) {
    refuse(fmt::format("line {} of '{}': ds '{}' is no time; write it as 2019-12-31 23:00:00",
                       record.line, file_, cell));
  }
  if (!stamp->offset) return zone_.instant(stamp->civil);
  return Instant(stamp->civil.time_since_epoch() - *stamp->offset);
}

Instant DatedRows::read_count(std::string_view cell, std::int64_t line) const {
  const auto count = parse_integer(cell);
  if (count && *count >= -kLargestCount && *count <= kLargestCount) {
    return Instant(std::chrono::microseconds(*count));
  }
  refuse(fmt::format("line {} of '{}': ds {} is no counter; use -2^53 to 2^53", line, file_, cell));
}

std::string DatedRows::text_of(Instant time) const {
  return counter_ ? std::to_string(time.time_since_epoch().count()) : format_instant(time, zone_);
}

}  // namespace forecart
