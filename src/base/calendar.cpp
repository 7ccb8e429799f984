#include "base/calendar.h"

#include <fmt/format.h>

#include <charconv>

namespace forecart {

namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::local_days;
using std::chrono::microseconds;
using std::chrono::year_month_day;

std::int64_t floor_div(std::int64_t value, std::int64_t by) {
  const std::int64_t quotient = value / by;
  return quotient - (value % by < 0 ? 1 : 0);
}

int months_in(FrequencyUnit unit) {
  return unit == FrequencyUnit::month ? 1 : unit == FrequencyUnit::quarter ? 3 : 12;
}

/// Days from 1970-01-01 back to the week start on or before it.
int week_phase(std::chrono::weekday week_start) {
  return static_cast<int>((std::chrono::Thursday - week_start).count());
}

local_days first_of_month(std::int64_t months_since_epoch) {
  const auto year = static_cast<int>(floor_div(months_since_epoch, 12));
  const auto month = static_cast<unsigned>(months_since_epoch - 12 * std::int64_t{year});
  return local_days(year_month_day{std::chrono::year(1970 + year), std::chrono::month(month + 1),
                                   std::chrono::day(1)});
}

}  // namespace

Calendar::Calendar(Frequency frequency, TimeZone zone) : frequency_(frequency), zone_(zone) {
  if (frequency_.is_sub_daily() && !zone_.is_none()) {
    // The zone's standard offset decides where the steps lie, e.g. on the half hour in India.
    const microseconds offset = zone_.offset(Instant(days(365 * 30)));
    phase_ = offset % microseconds(frequency_.step());
  }
}

Bucket Calendar::bucket(Instant instant) const {
  const std::int64_t n = frequency_.multiple;
  if (frequency_.unit == FrequencyUnit::counter) {
    return floor_div(instant.time_since_epoch().count(), n);
  }
  if (frequency_.is_sub_daily()) {
    return floor_div((instant.time_since_epoch() + phase_).count(),
                     microseconds(frequency_.step()).count());
  }
  const auto day = floor<days>(zone_.civil(instant));
  const std::int64_t day_number = day.time_since_epoch().count();
  if (frequency_.unit == FrequencyUnit::day) return floor_div(day_number, n);
  if (frequency_.unit == FrequencyUnit::week) {
    return floor_div(day_number + week_phase(frequency_.week_start), 7 * n);
  }
  const year_month_day date{day};
  const std::int64_t month = (static_cast<int>(date.year()) - 1970) * std::int64_t{12} +
                             static_cast<unsigned>(date.month()) - 1;
  return floor_div(month, months_in(frequency_.unit) * n);
}

Instant Calendar::start(Bucket bucket) const {
  const std::int64_t n = frequency_.multiple;
  if (frequency_.unit == FrequencyUnit::counter) return Instant(microseconds(bucket * n));
  if (frequency_.is_sub_daily()) {
    return Instant(microseconds(frequency_.step()) * bucket - phase_);
  }
  if (frequency_.unit == FrequencyUnit::day) {
    return zone_.instant(local_days(days(bucket * n)));
  }
  if (frequency_.unit == FrequencyUnit::week) {
    return zone_.instant(local_days(days(bucket * 7 * n - week_phase(frequency_.week_start))));
  }
  return zone_.instant(first_of_month(bucket * months_in(frequency_.unit) * n));
}

bool Calendar::holds(Bucket bucket) const {
  constexpr std::int64_t kCounts = std::int64_t{1} << 53;
  constexpr std::int64_t kSeconds = std::chrono::seconds(std::chrono::years(5000)).count();
  const bool counts = frequency_.unit == FrequencyUnit::counter;
  const std::int64_t reach =
      counts ? kCounts / frequency_.multiple : kSeconds / frequency_.longest_step().count();
  return bucket >= -reach && bucket <= reach;
}

std::string Calendar::label(Bucket bucket) const {
  if (frequency_.unit == FrequencyUnit::counter) {
    return std::to_string(bucket * frequency_.multiple);
  }
  if (frequency_.is_sub_daily()) return format_instant(start(bucket), zone_);
  auto civil = zone_.civil(start(bucket));
  if (frequency_.label_end) civil = zone_.civil(start(bucket + 1)) - days(1);
  const year_month_day date{floor<days>(civil)};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

bool Calendar::parse_label(std::string_view text, Bucket& result) const {
  if (frequency_.unit == FrequencyUnit::counter) {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc() || end != text.data() + text.size()) return false;
    result = floor_div(count, frequency_.multiple);
    return result * frequency_.multiple == count;
  }
  const auto instant = parse_instant(text, zone_);
  if (!instant) return false;
  result = bucket(*instant);
  if (!frequency_.label_end) return start(result) == *instant;
  return floor<days>(zone_.civil(start(result + 1)) - days(1)) ==
         floor<days>(zone_.civil(*instant));
}

int Calendar::season_position(Bucket bucket, int season) const {
  constexpr std::int64_t kDay = 86400;
  const std::int64_t step = frequency_.step().count();
  if (frequency_.is_sub_daily() && step * season % kDay == 0) {
    const auto civil = zone_.civil(start(bucket)).time_since_epoch();
    const std::int64_t steps =
        floor_div(std::chrono::floor<std::chrono::seconds>(civil).count(), step);
    return static_cast<int>(steps - floor_div(steps, season) * season);
  }
  return static_cast<int>(bucket - floor_div(bucket, season) * season);
}

}  // namespace forecart
