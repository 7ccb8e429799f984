#pragma once

#include "base/time.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace forecart {

/// In which order a date names year, month and day.
enum class DateOrder { mdy, dmy, ymd };

/// "mdy", "dmy", "ymd"; throws Error unknown_name with the list.
DateOrder parse_date_order(std::string_view name);
std::string to_string(DateOrder order);

/// How all times of a column are written. The first three are three numbers with one of / . - in
/// between, perhaps followed by a blank or T and a clock (8:26, 20:05:00.25, 8:26 PM) and an offset
/// (Z, +01:00); ymd covers ISO 8601. The others count from 1970-01-01 00:00 UTC.
enum class DateFormat { mdy, dmy, ymd, epoch_seconds, epoch_milliseconds };
std::string to_string(DateFormat format);

/// What a cell says: the wall clock, and the offset from UTC where it is written (0 for an epoch).
struct CivilStamp {
  CivilTime civil;
  std::optional<std::chrono::minutes> offset;
};

/// Reads a cell that is trimmed. Years of two digits are 1969-2068, as POSIX strptime %y has it.
/// Nothing if it is not written so, names no day of the calendar, or lies outside 1678-2262.
std::optional<CivilStamp> parse_time(std::string_view cell, DateFormat format);

/// Gathers, cell by cell, how the times of a column can be read; decides once for the whole column.
class DateEvidence {
 public:
  /// Takes a trimmed cell; empty ones say nothing.
  void add(std::string_view cell);
  void merge(const DateEvidence& other);

  /// True when some format reads at least this share of the cells seen.
  bool is_time_column(double least_share) const;

  /// True when day and month can be told apart, or need not be.
  bool is_decided() const;

  /// The format of the column. `wanted` settles what the cells leave open; dots without evidence
  /// are read day first. Throws Error bad_data, naming `--date-order` and the key date_order, when
  /// cells leave day and month open or contradict each other; and when they are no times at all,
  /// naming
  /// `--time-column`. `place` is the column and its file as the message should show them.
  DateFormat decide(std::optional<DateOrder> wanted, std::string_view place) const;

 private:
  void add_parts(std::string_view cell);
  bool is_numeric_date() const;
  DateFormat decide_day_month(std::string_view place) const;

  std::int64_t cells_ = 0;
  std::int64_t ymd_ = 0;
  std::int64_t either_ = 0;  ///< readable as mdy and as dmy
  std::int64_t only_mdy_ = 0;
  std::int64_t only_dmy_ = 0;
  std::int64_t dotted_ = 0;  ///< of either_, written with dots
  std::int64_t seconds_ = 0;
  std::int64_t milliseconds_ = 0;
  std::string mdy_example_;
  std::string dmy_example_;
  std::string either_example_;
  std::string other_example_;
};

}  // namespace forecart
