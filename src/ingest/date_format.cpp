#include "ingest/date_format.h"

#include "base/ascii.h"
#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace forecart {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// Reads the text from the left; every take_ function drops what it read.
struct Cursor {
  std::string_view rest;

  bool take(char c) {
    if (rest.empty() || rest.front() != c) return false;
    rest.remove_prefix(1);
    return true;
  }

  /// Up to `most` digits; returns their number.
  std::size_t take_number(std::size_t most, int& value) {
    std::size_t count = 0;
    value = 0;
    while (count < most && count < rest.size() && is_ascii_digit(rest[count])) {
      value = value * 10 + (rest[count] - '0');
      ++count;
    }
    rest.remove_prefix(count);
    return count;
  }

  void take_blanks() {
    while (take(' ')) {
    }
  }
};

/// Three numbers of a date with the widths they are written in.
struct DateParts {
  std::array<int, 3> value{};
  std::array<std::size_t, 3> width{};
  char separator = '/';
};

bool take_parts(Cursor& cursor, DateParts& parts) {
  parts.width[0] = cursor.take_number(4, parts.value[0]);
  if (parts.width[0] == 0 || cursor.rest.empty()) return false;
  parts.separator = cursor.rest.front();
  if (parts.separator != '/' && parts.separator != '.' && parts.separator != '-') return false;
  cursor.take(parts.separator);
  parts.width[1] = cursor.take_number(2, parts.value[1]);
  if (parts.width[1] == 0 || !cursor.take(parts.separator)) return false;
  parts.width[2] = cursor.take_number(4, parts.value[2]);
  return parts.width[2] != 0 && (cursor.rest.empty() || !is_ascii_digit(cursor.rest.front()));
}

/// A year as written: two digits are 1969-2068 (POSIX strptime %y), four are themselves.
std::optional<int> full_year(int year, std::size_t width) {
  if (width == 2) return year + (year < 69 ? 2000 : 1900);
  if (width == 4) return year;
  return std::nullopt;
}

/// The day that the parts name in this order, if there is one.
std::optional<std::chrono::local_days> day_of(const DateParts& parts, DateFormat order) {
  const std::size_t y = order == DateFormat::ymd ? 0 : 2;
  const std::size_t m = order == DateFormat::mdy ? 0 : 1;
  const std::size_t d = order == DateFormat::mdy ? 1 : order == DateFormat::dmy ? 0 : 2;
  const auto year = full_year(parts.value[y], parts.width[y]);
  if (!year || *year < 1678 || *year > 2261 || parts.width[m] > 2 || parts.width[d] > 2) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(parts.value[m])),
                                         std::chrono::day(static_cast<unsigned>(parts.value[d]))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::local_days(date);
}

bool take_fraction(Cursor& cursor, microseconds& fraction) {
  int value = 0;
  const std::size_t width = cursor.take_number(6, value);
  if (width == 0) return false;
  std::int64_t scaled = value;
  for (std::size_t i = width; i < 6; ++i) scaled *= 10;
  fraction = microseconds(scaled);
  int ignored = 0;
  while (cursor.take_number(6, ignored) > 0) {
  }
  return true;
}

/// AM or PM behind an hour of 1-12; false if the hour does not fit. Nothing there changes nothing.
bool take_half_day(Cursor& cursor, int& hour) {
  Cursor ahead = cursor;
  ahead.take_blanks();
  if (ahead.rest.size() < 2 || (ahead.rest[1] != 'M' && ahead.rest[1] != 'm')) return true;
  const char half = ahead.rest[0];
  const bool morning = half == 'A' || half == 'a';
  if (!morning && half != 'P' && half != 'p') return true;
  if (hour < 1 || hour > 12) return false;
  hour = hour % 12 + (morning ? 0 : 12);
  ahead.rest.remove_prefix(2);
  cursor = ahead;
  return true;
}

/// "Z", "+01:00", "+0100", "+01", perhaps behind a blank. Nothing there changes nothing.
bool take_offset(Cursor& cursor, std::optional<minutes>& offset) {
  cursor.take_blanks();
  if (cursor.rest.empty()) return true;
  if (cursor.take('Z') || cursor.take('z')) {
    offset = minutes(0);
    return true;
  }
  const bool west = cursor.rest.front() == '-';
  if (!cursor.take('-') && !cursor.take('+')) return false;
  int hour = 0;
  int minute = 0;
  if (cursor.take_number(2, hour) != 2) return false;
  const bool colon = cursor.take(':');
  const std::size_t width = cursor.take_number(2, minute);
  if ((width != 2 && (colon || width != 0)) || hour > 15 || minute > 59) return false;
  offset = minutes(hour * 60 + minute) * (west ? -1 : 1);
  return true;
}

bool take_clock(Cursor& cursor, CivilStamp& stamp) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  microseconds fraction{0};
  if (cursor.take_number(2, hour) == 0 || !cursor.take(':')) return false;
  if (cursor.take_number(2, minute) != 2) return false;
  if (cursor.take(':')) {
    if (cursor.take_number(2, second) != 2) return false;
    if ((cursor.take('.') || cursor.take(',')) && !take_fraction(cursor, fraction)) return false;
  }
  if (hour > 23 || minute > 59 || second > 59) return false;
  if (!take_half_day(cursor, hour) || !take_offset(cursor, stamp.offset)) return false;
  stamp.civil += hours(hour) + minutes(minute) + seconds(second) + fraction;
  return true;
}

/// What may follow the date: nothing, or a clock behind a blank or T.
bool take_rest(Cursor& cursor, CivilStamp& stamp) {
  if (cursor.rest.empty()) return true;
  if (!cursor.take('T') && !cursor.take('t')) {
    if (!cursor.take(' ')) return false;
    cursor.take_blanks();
  }
  return take_clock(cursor, stamp) && cursor.rest.empty();
}

std::optional<CivilStamp> parse_epoch(std::string_view cell, DateFormat format) {
  const bool in_seconds = format == DateFormat::epoch_seconds;
  const std::size_t shortest = in_seconds ? 9 : 12;
  if (cell.size() < shortest || cell.size() > shortest + 1) return std::nullopt;
  std::int64_t count = 0;
  const char* const last = cell.data() + cell.size();
  const auto [end, error] = std::from_chars(cell.data(), last, count);
  if (error != std::errc() || end != last || count < 0) return std::nullopt;
  const microseconds since_epoch =
      in_seconds ? microseconds(seconds(count)) : microseconds(milliseconds(count));
  return CivilStamp{CivilTime(since_epoch), minutes(0)};
}

constexpr std::array kOrderNames{"mdy", "dmy", "ymd"};

}  // namespace

DateOrder parse_date_order(std::string_view name) {
  for (std::size_t i = 0; i < kOrderNames.size(); ++i) {
    if (name == kOrderNames[i]) return static_cast<DateOrder>(i);
  }
  throw Error(ErrorCode::unknown_name,
              fmt::format("date order '{}' is not known; use mdy, dmy or ymd", name));
}

std::string to_string(DateOrder order) {
  return kOrderNames[static_cast<std::size_t>(order)];
}

std::string to_string(DateFormat format) {
  constexpr std::array kNames{"mdy", "dmy", "ymd", "epoch_seconds", "epoch_milliseconds"};
  return kNames[static_cast<std::size_t>(format)];
}

std::optional<CivilStamp> parse_time(std::string_view cell, DateFormat format) {
  if (format == DateFormat::epoch_seconds || format == DateFormat::epoch_milliseconds) {
    return parse_epoch(cell, format);
  }
  Cursor cursor{cell};
  DateParts parts;
  if (!take_parts(cursor, parts)) return std::nullopt;
  const auto day = day_of(parts, format);
  if (!day) return std::nullopt;
  CivilStamp stamp{*day, std::nullopt};
  if (!take_rest(cursor, stamp)) return std::nullopt;
  return stamp;
}

void DateEvidence::add(std::string_view cell) {
  if (cell.empty()) return;
  ++cells_;
  if (std::all_of(cell.begin(), cell.end(), is_ascii_digit)) {
    if (parse_epoch(cell, DateFormat::epoch_seconds)) {
      ++seconds_;
    } else if (parse_epoch(cell, DateFormat::epoch_milliseconds)) {
      ++milliseconds_;
    } else if (other_example_.empty()) {
      other_example_ = cell;
    }
    return;
  }
  add_parts(cell);
}

void DateEvidence::add_parts(std::string_view cell) {
  const auto keep = [cell](std::string& example) {
    if (example.empty()) example = cell;
  };
  Cursor cursor{cell};
  DateParts parts;
  CivilStamp ignored{};
  if (!take_parts(cursor, parts) || !take_rest(cursor, ignored)) return keep(other_example_);
  if (parts.width[0] == 4) {
    day_of(parts, DateFormat::ymd) ? void(++ymd_) : keep(other_example_);
    return;
  }
  const bool mdy = day_of(parts, DateFormat::mdy).has_value();
  const bool dmy = day_of(parts, DateFormat::dmy).has_value();
  // The same day and month say nothing, but are read the same either way.
  if (mdy && dmy) {
    ++either_;
    if (parts.separator == '.') ++dotted_;
    if (parts.value[0] != parts.value[1]) keep(either_example_);
  } else if (mdy) {
    ++only_mdy_;
    keep(mdy_example_);
  } else if (dmy) {
    ++only_dmy_;
    keep(dmy_example_);
  } else {
    keep(other_example_);
  }
}

void DateEvidence::merge(const DateEvidence& other) {
  cells_ += other.cells_;
  ymd_ += other.ymd_;
  either_ += other.either_;
  only_mdy_ += other.only_mdy_;
  only_dmy_ += other.only_dmy_;
  dotted_ += other.dotted_;
  seconds_ += other.seconds_;
  milliseconds_ += other.milliseconds_;
  const auto keep = [](std::string& mine, const std::string& theirs) {
    if (mine.empty()) mine = theirs;
  };
  keep(mdy_example_, other.mdy_example_);
  keep(dmy_example_, other.dmy_example_);
  keep(either_example_, other.either_example_);
  keep(other_example_, other.other_example_);
}

bool DateEvidence::is_numeric_date() const {
  return either_ + only_mdy_ + only_dmy_ > std::max({ymd_, seconds_, milliseconds_});
}

bool DateEvidence::is_time_column(double least_share) const {
  const std::int64_t best =
      std::max({ymd_, either_ + std::max(only_mdy_, only_dmy_), seconds_, milliseconds_});
  return best > 0 && static_cast<double>(best) >= least_share * static_cast<double>(cells_);
}

bool DateEvidence::is_decided() const {
  return cells_ > 0 && (!is_numeric_date() || only_mdy_ + only_dmy_ > 0);
}

DateFormat DateEvidence::decide(std::optional<DateOrder> wanted, std::string_view place) const {
  if (is_numeric_date()) {
    return wanted ? static_cast<DateFormat>(*wanted) : decide_day_month(place);
  }
  if (std::max({ymd_, seconds_, milliseconds_}) == 0) {
    if (wanted) return static_cast<DateFormat>(*wanted);
    throw Error(
        ErrorCode::bad_data,
        fmt::format("{} holds no times that forecart reads (for example '{}'); write them as "
                    "2019-12-31 23:00, 12/31/19 23:00, 31.12.2019 or seconds since 1970, or "
                    "name the right column with --time-column",
                    place, other_example_));
  }
  if (ymd_ >= std::max(seconds_, milliseconds_)) return DateFormat::ymd;
  return seconds_ >= milliseconds_ ? DateFormat::epoch_seconds : DateFormat::epoch_milliseconds;
}

DateFormat DateEvidence::decide_day_month(std::string_view place) const {
  // A handful of slips among thousands of clear dates does not make a column ambiguous.
  constexpr std::int64_t kSlips = 100;
  if (only_mdy_ > kSlips * only_dmy_) return DateFormat::mdy;
  if (only_dmy_ > kSlips * only_mdy_) return DateFormat::dmy;
  if (only_mdy_ > 0) {
    throw Error(ErrorCode::bad_data,
                fmt::format("{} writes some dates month first ('{}') and some day first ('{}'); "
                            "decide with --date-order mdy|dmy|ymd or date_order in dataset.toml, "
                            "and rows that do not fit are rejected",
                            place, mdy_example_, dmy_example_));
  }
  if (dotted_ == either_) return DateFormat::dmy;
  if (either_example_.empty()) return DateFormat::mdy;
  throw Error(ErrorCode::bad_data,
              fmt::format("{} does not tell day from month (for example '{}'); decide with "
                          "--date-order mdy|dmy|ymd or date_order in dataset.toml",
                          place, either_example_));
}

}  // namespace forecart
