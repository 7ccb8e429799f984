#include "ingest/frequency_guess.h"

#include <bit>
#include <limits>
#include <numeric>

namespace forecart {

namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::seconds;
using std::chrono::year_month_day;

bool is_last_of_month(std::chrono::local_days day) {
  return year_month_day{day + days(1)}.day() == std::chrono::day(1);
}

std::int64_t month_number(std::chrono::local_days day) {
  const year_month_day date{day};
  return static_cast<int>(date.year()) * std::int64_t{12} + static_cast<unsigned>(date.month());
}

/// A count that is no int falls back to the single unit.
Frequency make(FrequencyUnit unit, std::int64_t multiple, bool label_end = false) {
  Frequency result;
  result.unit = unit;
  result.multiple = multiple <= std::numeric_limits<int>::max() ? static_cast<int>(multiple) : 1;
  result.label_end = label_end;
  return result;
}

}  // namespace

void FrequencyEvidence::add(const std::vector<CivilTime>& times) {
  for (std::size_t i = 0; i < times.size(); ++i) {
    const auto day = floor<days>(times[i]);
    if (!clock_time_) clock_time_ = times[i] - day;
    one_clock_time_ = one_clock_time_ && times[i] - day == *clock_time_;
    all_first_ = all_first_ && year_month_day{day}.day() == std::chrono::day(1);
    all_last_ = all_last_ && is_last_of_month(day);
    weekdays_ |= 1U << std::chrono::weekday(day).c_encoding();
    if (i == 0) continue;
    any_gap_ = true;
    const auto before = floor<days>(times[i - 1]);
    day_gcd_ = std::gcd(day_gcd_, (day - before).count());
    month_gcd_ = std::gcd(month_gcd_, month_number(day) - month_number(before));
    second_gcd_ = std::gcd(second_gcd_, floor<seconds>(times[i] - times[i - 1]).count());
  }
}

std::optional<std::chrono::weekday> FrequencyEvidence::common_weekday() const {
  if (!std::has_single_bit(weekdays_)) return std::nullopt;
  return std::chrono::weekday(static_cast<unsigned>(std::countr_zero(weekdays_)));
}

std::optional<Frequency> FrequencyEvidence::guess_months() const {
  if ((!all_first_ && !all_last_) || month_gcd_ == 0) return std::nullopt;
  const bool by_end = !all_first_;
  if (month_gcd_ % 12 == 0) return make(FrequencyUnit::year, month_gcd_ / 12, by_end);
  if (month_gcd_ % 3 == 0) return make(FrequencyUnit::quarter, month_gcd_ / 3, by_end);
  return make(FrequencyUnit::month, month_gcd_, by_end);
}

Frequency FrequencyEvidence::guess_days() const {
  if (day_gcd_ % 7 != 0) return make(FrequencyUnit::day, day_gcd_);
  Frequency weekly = make(FrequencyUnit::week, day_gcd_ / 7);
  weekly.week_start = common_weekday().value_or(std::chrono::Monday);
  return weekly;
}

Frequency FrequencyEvidence::guess_clock() const {
  if (second_gcd_ % 3600 == 0) return make(FrequencyUnit::hour, second_gcd_ / 3600);
  if (second_gcd_ % 60 == 0) return make(FrequencyUnit::minute, second_gcd_ / 60);
  return make(FrequencyUnit::second, second_gcd_);
}

std::optional<Frequency> FrequencyEvidence::guess() const {
  if (!any_gap_) return std::nullopt;
  if (!one_clock_time_) return second_gcd_ > 0 ? std::optional(guess_clock()) : std::nullopt;
  if (const auto months = guess_months()) return months;
  return guess_days();
}

Frequency guess_counter(const std::vector<std::vector<std::int64_t>>& series) {
  std::int64_t step = 0;
  for (const auto& counts : series) {
    for (std::size_t i = 1; i < counts.size(); ++i)
      step = std::gcd(step, counts[i] - counts[i - 1]);
  }
  return make(FrequencyUnit::counter, step == 0 ? 1 : step);
}

}  // namespace forecart
