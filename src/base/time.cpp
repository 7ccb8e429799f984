#include "base/time.h"

#include "base/error.h"
#include "base/zone_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace forecart {

namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::year_month_day;

/// Reads exactly `width` digits from the front of `text` and drops them.
bool take_digits(std::string_view& text, std::size_t width, int& value) {
  if (text.size() < width) return false;
  const char* begin = text.data();
  for (std::size_t i = 0; i < width; ++i) {
    if (begin[i] < '0' || begin[i] > '9') return false;
  }
  std::from_chars(begin, begin + width, value);
  text.remove_prefix(width);
  return true;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

bool take_fraction(std::string_view& text, microseconds& fraction) {
  std::int64_t value = 0;
  int digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (digits < 6) value = value * 10 + (text.front() - '0');
    ++digits;
    text.remove_prefix(1);
  }
  for (int i = digits; i < 6; ++i) value *= 10;
  fraction = microseconds(value);
  return digits > 0;
}

/// "+01:00", "+0100", "+01", "Z".
bool take_offset(std::string_view& text, minutes& offset) {
  if (take(text, "Zz")) {
    offset = minutes(0);
    return true;
  }
  const bool negative = !text.empty() && text.front() == '-';
  int hour = 0;
  int minute = 0;
  if (!take(text, "+-") || !take_digits(text, 2, hour)) return false;
  if (!text.empty()) {
    take(text, ":");
    if (!take_digits(text, 2, minute)) return false;
  }
  if (hour > 15 || minute > 59) return false;
  offset = minutes(hour * 60 + minute) * (negative ? -1 : 1);
  return true;
}

struct ClockTime {
  microseconds since_midnight{0};
  std::optional<minutes> offset;
};

bool take_clock(std::string_view text, ClockTime& clock) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  microseconds fraction{0};
  if (!take_digits(text, 2, hour) || !take(text, ":") || !take_digits(text, 2, minute)) {
    return false;
  }
  if (take(text, ":")) {
    if (!take_digits(text, 2, second)) return false;
    if (take(text, ".,") && !take_fraction(text, fraction)) return false;
  }
  if (hour > 23 || minute > 59 || second > 59) return false;
  take(text, " ");
  if (!text.empty()) {
    minutes offset{0};
    if (!take_offset(text, offset) || !text.empty()) return false;
    clock.offset = offset;
  }
  clock.since_midnight = hours(hour) + minutes(minute) + seconds(second) + fraction;
  return true;
}

}  // namespace

TimeZone TimeZone::named(const std::string& name) {
  TimeZone result;
  if (name.empty() || name == "none") return result;
  result.zone_ = find_zone(name);
  if (result.zone_ == nullptr) {
    throw Error(ErrorCode::unknown_name,
                fmt::format("time zone '{}' is not known; give an IANA name such as "
                            "Europe/Berlin or America/New_York, or none",
                            name));
  }
  return result;
}

std::string TimeZone::name() const {
  return is_none() ? "none" : zone_->name;
}

CivilTime TimeZone::civil(Instant instant) const {
  return CivilTime(instant.time_since_epoch() + offset(instant));
}

Instant TimeZone::instant(CivilTime civil) const {
  if (is_none()) return Instant(civil.time_since_epoch());
  return zone_->table.instant(civil);
}

seconds TimeZone::offset(Instant instant) const {
  return is_none() ? seconds(0) : zone_->table.offset(floor<seconds>(instant));
}

seconds TimeZone::standard_offset() const {
  // The two offsets are compared, since system tables say only whether a clock is put forward, not
  // by how much.
  using std::chrono::sys_days;
  using std::chrono::year;
  return std::min(offset(sys_days(year(2030) / 1 / 1)), offset(sys_days(year(2030) / 7 / 1)));
}

std::string format_instant(Instant instant, const TimeZone& zone) {
  // Offsets are written in minutes; before 1900 some zones had odd seconds, which are left out of
  // both parts, so that the text still names the instant.
  const auto offset = std::chrono::duration_cast<minutes>(zone.offset(instant));
  const CivilTime civil(instant.time_since_epoch() + offset);
  const auto day = floor<days>(civil);
  const year_month_day date{day};
  const std::chrono::hh_mm_ss clock{floor<seconds>(civil - day)};
  std::string text =
      fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  zone.is_none() ? ' ' : 'T', clock.hours().count(), clock.minutes().count(),
                  clock.seconds().count());
  if (zone.is_none()) return text;
  const auto size = std::chrono::abs(offset);
  return fmt::format("{}{}{:02}:{:02}", text, offset.count() < 0 ? '-' : '+',
                     std::chrono::duration_cast<hours>(size).count(), size.count() % 60);
}

std::optional<Instant> parse_instant(std::string_view text, const TimeZone& zone) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (!take_digits(text, 4, year) || !take(text, "-") || !take_digits(text, 2, month) ||
      !take(text, "-") || !take_digits(text, 2, day)) {
    return std::nullopt;
  }
  const year_month_day date{std::chrono::year(year), std::chrono::month(month),
                            std::chrono::day(day)};
  if (!date.ok() || year < 1678 || year > 2261) return std::nullopt;
  ClockTime clock;
  if (!text.empty() && (!take(text, " Tt") || !take_clock(text, clock))) return std::nullopt;
  const CivilTime civil = std::chrono::local_days(date) + clock.since_midnight;
  if (clock.offset) return Instant(civil.time_since_epoch() - *clock.offset);
  return zone.instant(civil);
}

}  // namespace forecart
