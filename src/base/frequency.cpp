#include "base/frequency.h"

#include "base/error.h"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <charconv>
#include <optional>

namespace forecart {

namespace {

struct Spelling {
  std::string_view text;
  FrequencyUnit unit;
  bool label_end = false;
};

// pandas >= 2.2 spellings first, then the older ones.
constexpr std::array kSpellings{
    Spelling{"s", FrequencyUnit::second},
    Spelling{"S", FrequencyUnit::second},
    Spelling{"min", FrequencyUnit::minute},
    Spelling{"T", FrequencyUnit::minute},
    Spelling{"h", FrequencyUnit::hour},
    Spelling{"H", FrequencyUnit::hour},
    Spelling{"D", FrequencyUnit::day},
    Spelling{"d", FrequencyUnit::day},
    Spelling{"MS", FrequencyUnit::month},
    Spelling{"ME", FrequencyUnit::month, true},
    Spelling{"M", FrequencyUnit::month, true},
    Spelling{"QS", FrequencyUnit::quarter},
    Spelling{"QE", FrequencyUnit::quarter, true},
    Spelling{"Q", FrequencyUnit::quarter, true},
    Spelling{"YS", FrequencyUnit::year},
    Spelling{"AS", FrequencyUnit::year},
    Spelling{"YE", FrequencyUnit::year, true},
    Spelling{"Y", FrequencyUnit::year, true},
    Spelling{"A", FrequencyUnit::year, true},
};

constexpr std::array<std::string_view, 7> kWeekdays{"SUN", "MON", "TUE", "WED",
                                                    "THU", "FRI", "SAT"};

[[noreturn]] void refuse(std::string_view text) {
  throw Error(ErrorCode::invalid_value,
              fmt::format("frequency '{}' is not known; use one of s, min, h, D, W-MON ... W-SUN, "
                          "MS, ME, QS, QE, YS, YE with an optional count (15min, 2h), an ISO 8601 "
                          "duration (PT1H, P1D) or an integer",
                          text));
}

std::optional<Frequency> parse_iso(std::string_view text) {
  if (text.size() < 3 || text.front() != 'P') return std::nullopt;
  text.remove_prefix(1);
  const bool clock = text.front() == 'T';
  if (clock) text.remove_prefix(1);
  int count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || count < 1 || end + 1 != text.data() + text.size()) {
    return std::nullopt;
  }
  constexpr std::string_view kClock = "SMH";
  constexpr std::string_view kDate = "DWMY";
  constexpr std::array kDateUnits{FrequencyUnit::day, FrequencyUnit::week, FrequencyUnit::month,
                                  FrequencyUnit::year};
  constexpr std::array kClockUnits{FrequencyUnit::second, FrequencyUnit::minute,
                                   FrequencyUnit::hour};
  const auto at = (clock ? kClock : kDate).find(*end);
  if (at == std::string_view::npos) return std::nullopt;
  Frequency result;
  result.unit = clock ? kClockUnits[at] : kDateUnits[at];
  result.multiple = count;
  return result;
}

/// What all spellings but ISO 8601 share: a count and a unit.
Frequency parse_spelling(std::string_view text) {
  Frequency result;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, result.multiple);
  if (error == std::errc::result_out_of_range) refuse(text);
  if (error == std::errc() && result.multiple < 1) refuse(text);
  const std::string_view unit(end, static_cast<std::size_t>(last - end));
  if (error == std::errc() && unit.empty()) {
    result.unit = FrequencyUnit::counter;
    return result;
  }
  if (unit.substr(0, 1) == "W") {
    result.unit = FrequencyUnit::week;
    if (unit.size() == 1) return result;
    for (unsigned day = 0; day < kWeekdays.size(); ++day) {
      if (unit.substr(1) == fmt::format("-{}", kWeekdays[day])) {
        result.week_start = std::chrono::weekday(day);
        return result;
      }
    }
    refuse(text);
  }
  for (const Spelling& spelling : kSpellings) {
    if (unit == spelling.text) {
      result.unit = spelling.unit;
      result.label_end = spelling.label_end;
      return result;
    }
  }
  refuse(text);
}

}  // namespace

Frequency Frequency::parse(std::string_view text) {
  constexpr std::chrono::days kLongest{600 * 366};
  const auto iso = parse_iso(text);
  const Frequency result = iso ? *iso : parse_spelling(text);
  if (result.longest_step() > kLongest) refuse(text);
  return result;
}

std::string Frequency::name() const {
  const std::string count = multiple == 1 ? "" : std::to_string(multiple);
  switch (unit) {
    case FrequencyUnit::counter:
      return std::to_string(multiple);
    case FrequencyUnit::second:
      return count + "s";
    case FrequencyUnit::minute:
      return count + "min";
    case FrequencyUnit::hour:
      return count + "h";
    case FrequencyUnit::day:
      return count + "D";
    case FrequencyUnit::week:
      return fmt::format("{}W-{}", count, kWeekdays[week_start.c_encoding()]);
    case FrequencyUnit::month:
      return count + (label_end ? "ME" : "MS");
    case FrequencyUnit::quarter:
      return count + (label_end ? "QE" : "QS");
    case FrequencyUnit::year:
      return count + (label_end ? "YE" : "YS");
  }
  return "";
}

std::chrono::seconds Frequency::step() const {
  using std::chrono::hours;
  using std::chrono::minutes;
  using std::chrono::seconds;
  switch (unit) {
    case FrequencyUnit::second:
      return seconds(1) * multiple;
    case FrequencyUnit::minute:
      return minutes(1) * multiple;
    case FrequencyUnit::hour:
      return hours(1) * multiple;
    default:
      return seconds(0);
  }
}

std::chrono::seconds Frequency::longest_step() const {
  using std::chrono::days;
  switch (unit) {
    case FrequencyUnit::day:
      return days(1) * std::int64_t{multiple};
    case FrequencyUnit::week:
      return days(7) * std::int64_t{multiple};
    case FrequencyUnit::month:
      return days(31) * std::int64_t{multiple};
    case FrequencyUnit::quarter:
      return days(92) * std::int64_t{multiple};
    case FrequencyUnit::year:
      return days(366) * std::int64_t{multiple};
    default:
      return step();
  }
}

int Frequency::default_season_length() const {
  constexpr int kDay = 86400;
  if (is_sub_daily()) {
    const std::int64_t length = step().count();
    return kDay % length == 0 && length < kDay ? static_cast<int>(kDay / length) : 1;
  }
  if (multiple != 1) return 1;
  switch (unit) {
    case FrequencyUnit::day:
      return 7;
    case FrequencyUnit::week:
      return 52;
    case FrequencyUnit::month:
      return 12;
    case FrequencyUnit::quarter:
      return 4;
    default:
      return 1;
  }
}

}  // namespace forecart
