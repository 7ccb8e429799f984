#include "base/cron.h"

#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace forecart {

namespace {

namespace chrono = std::chrono;
using Names = std::vector<std::string_view>;

/// What a field takes: numbers from `least` to `most`, or names, the first of which is `least`.
struct Field {
  std::string_view name;
  int least;
  int most;
  Names names;
};

// the calendar repeats its days of week within 28 years but for a missing leap day
constexpr int kSearchedDays = 41 * 366;
constexpr int kSunday = 7;

const std::array<Field, 5>& fields() {
  static const std::array<Field, 5> all{
      {{"minute", 0, 59, {}},
       {"hour", 0, 23, {}},
       {"day of month", 1, 31, {}},
       {"month",
        1,
        12,
        {"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}},
       {"day of week", 0, kSunday, {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}}}};
  return all;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  constexpr std::string_view kBlanks = " \t";
  for (std::size_t at = 0; (at = text.find_first_not_of(kBlanks, at)) != text.npos;) {
    const std::size_t end = std::min(text.find_first_of(kBlanks, at), text.size());
    found.push_back(text.substr(at, end - at));
    at = end;
  }
  return found;
}

[[noreturn]] void refuse(const Field& field, std::string_view text) {
  throw Error(ErrorCode::invalid_value,
              fmt::format("'{}' is no {} of a schedule; use {} to {}{}, lists (1,2), ranges (1-5) "
                          "or steps (*/5)",
                          text, field.name, field.least, field.most,
                          field.names.empty() ? "" : fmt::format(", {} ...", field.names.front())));
}

int number(std::string_view text, const Field& field, int least) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least ||
      value > field.most) {
    refuse(field, text);
  }
  return value;
}

int value_of(std::string_view text, const Field& field) {
  std::string upper(text);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  const auto name = std::find(field.names.begin(), field.names.end(), upper);
  if (name != field.names.end()) return field.least + static_cast<int>(name - field.names.begin());
  return number(text, field, field.least);
}

/// Calls `take` with each value of one item of a list: "*", "3", "3-5", each with "/step".
template <typename Take>
void read_item(std::string_view item, const Field& field, const Take& take) {
  const auto stepped = split(item, '/');
  if (stepped.size() > 2) refuse(field, item);
  const int step = stepped.size() == 2 ? number(stepped[1], field, 1) : 1;
  int first = field.least;
  int last = field.most;
  if (stepped[0] != "*") {
    const auto range = split(stepped[0], '-');
    if (range.size() > 2) refuse(field, item);
    first = value_of(range[0], field);
    last = range.size() == 2 ? value_of(range[1], field) : stepped.size() == 2 ? last : first;
    if (last < first) refuse(field, item);
  }
  for (int value = first; value <= last; value += step) take(value);
}

template <std::size_t N>
void read_field(std::string_view text, const Field& field, std::bitset<N>& into) {
  for (const std::string_view item : split(text, ',')) {
    read_item(item, field, [&](int value) { into.set(static_cast<std::size_t>(value) % N); });
  }
}

}  // namespace

CronSchedule CronSchedule::parse(const std::string& text) {
  const auto parts = words(text);
  if (parts.size() != fields().size()) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("'{}' is no schedule; use five fields: minute, hour, day of month, "
                            "month, day of week, as in \"0 6 * * *\"",
                            text));
  }
  CronSchedule schedule;
  read_field(parts[0], fields()[0], schedule.minutes_);
  read_field(parts[1], fields()[1], schedule.hours_);
  read_field(parts[2], fields()[2], schedule.days_);
  read_field(parts[3], fields()[3], schedule.months_);
  read_field(parts[4], fields()[4], schedule.weekdays_);
  schedule.either_day_ = !parts[2].starts_with('*') && !parts[4].starts_with('*');
  if (!schedule.next(Instant{}, TimeZone())) {
    throw Error(ErrorCode::invalid_value, fmt::format("'{}': there is no such day", text));
  }
  return schedule;
}

std::optional<Instant> CronSchedule::next(Instant after, const TimeZone& zone) const {
  const auto first = chrono::floor<chrono::days>(zone.civil(after));
  for (int i = 0; i < kSearchedDays; ++i) {
    const auto day = first + chrono::days(i);
    if (!on_day(day)) continue;
    if (const auto instant = on_day_after(day, after, zone)) return instant;
  }
  return std::nullopt;
}

bool CronSchedule::on_day(chrono::local_days day) const {
  const chrono::year_month_day date(day);
  if (!months_.test(static_cast<unsigned>(date.month()))) return false;
  const bool of_month = days_.test(static_cast<unsigned>(date.day()));
  const bool of_week = weekdays_.test(chrono::weekday(day).c_encoding());
  return either_day_ ? of_month || of_week : of_month && of_week;
}

/// The first firing of a day after an instant. Times of a day come in order, so do their instants.
std::optional<Instant> CronSchedule::on_day_after(chrono::local_days day, Instant after,
                                                  const TimeZone& zone) const {
  for (std::size_t hour = 0; hour < hours_.size(); ++hour) {
    if (!hours_.test(hour)) continue;
    for (std::size_t minute = 0; minute < minutes_.size(); ++minute) {
      if (!minutes_.test(minute)) continue;
      const Instant instant =
          zone.instant(CivilTime(day) + chrono::hours(hour) + chrono::minutes(minute));
      if (instant > after) return instant;
    }
  }
  return std::nullopt;
}

}  // namespace forecart
