#pragma once

#include "base/frequency.h"
#include "base/time.h"

#include <optional>
#include <vector>

namespace forecart {

/// Civil times of several series gathered to find their common step.
class FrequencyEvidence {
 public:
  /// Takes the civil times of one series, sorted, without doubles.
  void add(const std::vector<CivilTime>& times);

  /// The coarsest frequency on whose grid all times lie and that is not coarser than their
  /// distances: months or years by their first or last day, weeks by their weekday, days, else
  /// hours, minutes or seconds. Times that all show one clock time, e.g. 09:00, are days or longer.
  /// Nothing if no series has two points a second apart.
  std::optional<Frequency> guess() const;

  /// The one weekday that all times fall on, if there is one.
  std::optional<std::chrono::weekday> common_weekday() const;

  /// Whether all times show the same clock time, so that they may stand for their days.
  bool has_one_clock_time() const { return one_clock_time_; }

 private:
  std::optional<Frequency> guess_months() const;
  Frequency guess_days() const;
  Frequency guess_clock() const;

  bool any_gap_ = false;
  bool one_clock_time_ = true;
  std::optional<std::chrono::microseconds> clock_time_;  ///< of the first time
  bool all_first_ = true;                                ///< days of a month
  bool all_last_ = true;
  std::int64_t day_gcd_ = 0;
  std::int64_t month_gcd_ = 0;
  std::int64_t second_gcd_ = 0;
  unsigned weekdays_ = 0;  ///< bit set of weekdays seen
};

/// The step of a counter: greatest common divisor of the distances; 1 where there are none.
Frequency guess_counter(const std::vector<std::vector<std::int64_t>>& series);

}  // namespace forecart
