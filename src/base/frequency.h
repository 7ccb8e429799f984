#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace forecart {

enum class FrequencyUnit { counter, second, minute, hour, day, week, month, quarter, year };

/// How far apart the points of a regular series lie, e.g. 15 minutes, or weeks starting on Monday.
struct Frequency {
  FrequencyUnit unit = FrequencyUnit::hour;
  int multiple = 1;
  std::chrono::weekday week_start = std::chrono::Monday;  ///< first day and label of a week
  bool label_end = false;  ///< months, quarters and years are labelled by their last day

  /// Reads pandas spellings old and new ("h", "H", "D", "W-MON", "MS", "ME", "15min", "2h", "QS",
  /// "YS"), ISO 8601 durations ("PT1H", "P1D", "P1W", "P1M") and an integer (ds is a counter).
  /// "W" alone leaves the weekday to the data (see `weekday_from_data`).
  /// A step is at most 600 years long, more than the range of Instant.
  /// Throws Error invalid_value with the list of what is allowed.
  static Frequency parse(std::string_view text);

  /// Canonical spelling, e.g. "h", "15min", "W-MON", "MS"; parse(name()) gives the same frequency.
  std::string name() const;

  /// Equal steps of absolute time: counter, seconds, minutes and hours.
  bool is_sub_daily() const {
    return unit <= FrequencyUnit::hour && unit != FrequencyUnit::counter;
  }

  /// Length of a fixed step; zero for days and longer, whose length depends on the calendar.
  std::chrono::seconds step() const;

  /// Greatest length a step can have, leap days and months of 31 days counted; zero for a counter.
  std::chrono::seconds longest_step() const;

  /// The usual season in steps: h 24, 15min 96, D 7, W 52, MS 12, QS 4, else 1.
  int default_season_length() const;

  friend bool operator==(const Frequency&, const Frequency&) = default;
};

}  // namespace forecart
