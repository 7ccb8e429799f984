#pragma once

#include "base/time.h"
#include "ingest/date_format.h"
#include "table/csv_record.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// What a column of times holds: any it may, calendar times, or whole numbers.
enum class TimeKind { any, time, counter };

/// The rows of a csv, csv.gz, csv.zst or parquet file with a column of times (ds), read as often as
/// wanted in constant memory. How ds is written is decided once for the whole column. Throws Error
/// bad_data that names line and text for rows that are not UTF-8, badly quoted or of another length
/// than the header.
class DatedRows {
 public:
  using Take = std::function<void(const Record&)>;

  /// Reads the header. Throws as open_records does.
  DatedRows(const std::filesystem::path& path, TimeZone zone);

  const std::string& file() const { return file_; }
  const std::vector<std::string>& columns() const { return columns_; }

  /// Position of the first of these names that the header has.
  std::optional<std::size_t> find(std::initializer_list<std::string_view> names) const;

  /// Throws Error bad_data unless the header has each name once, in whatever case.
  void require_distinct_columns() const;

  /// Reads the whole column `time` to decide how it is written. A column of whole numbers is a
  /// counter, or a count from 1970 where `kind` wants times. Throws Error bad_data where it cannot
  /// be what `kind` wants.
  void survey(std::size_t time, TimeKind kind);

  /// Calls `take` with each row that is not blank.
  void for_each(const Take& take) const;

  /// The instant of a row's ds, a count in its microseconds, after survey(). Throws Error bad_data
  /// naming line and cell.
  Instant time(const Record& record) const;

  bool is_counter() const { return counter_; }

  /// How an instant is shown in messages.
  std::string text_of(Instant time) const;

 private:
  void check(const Record& record) const;
  Instant read_count(std::string_view cell, std::int64_t line) const;

  std::filesystem::path path_;
  std::string file_;
  TimeZone zone_;
  std::vector<std::string> header_;   // as it stands in the file; empty without one
  std::vector<std::string> columns_;  // a second column of a name renamed
  std::size_t time_ = 0;
  bool counter_ = false;
  DateFormat format_ = DateFormat::ymd;
};

}  // namespace forecart
