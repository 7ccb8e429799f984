#pragma once

#include "base/frequency.h"
#include "base/time.h"

#include <cstdint>
#include <string>

namespace forecart {

/// Number of a bucket on the grid of a calendar: 0 is the bucket that holds 1970-01-01 00:00.
using Bucket = std::int64_t;

/// A frequency in a time zone: cuts time into numbered half-open buckets [start, next start).
/// Sub-daily buckets are equal steps of absolute time, aligned to the civil hour of the zone;
/// days and longer follow the civil calendar.
class Calendar {
 public:
  Calendar() : Calendar(Frequency{}, TimeZone{}) {}
  Calendar(Frequency frequency, TimeZone zone);

  const Frequency& frequency() const { return frequency_; }
  const TimeZone& zone() const { return zone_; }

  /// The bucket that holds an instant.
  Bucket bucket(Instant instant) const;

  /// First instant of a bucket. For a counter, microseconds since the epoch are the count.
  Instant start(Bucket bucket) const;

  /// Whether a bucket lies within 5000 years of 1970 (a counter: within 2^53 counts), where all of
  /// these functions are exact. Ask it of buckets that come from outside.
  bool holds(Bucket bucket) const;

  /// How the bucket is written in a `ds` column.
  std::string label(Bucket bucket) const;

  /// The bucket of a `ds` value; false when the value does not lie on the grid.
  bool parse_label(std::string_view text, Bucket& bucket) const;

  /// Position within a season by the civil clock: hour frequencies with 24 steps a day use the
  /// civil hour, days with season 7 the weekday, months with 12 the month; else bucket mod season.
  /// In [0, season).
  int season_position(Bucket bucket, int season) const;

  friend bool operator==(const Calendar&, const Calendar&) = default;

 private:
  Frequency frequency_;
  TimeZone zone_;
  std::chrono::microseconds phase_{0};  // civil alignment of sub-daily steps against UTC
};

}  // namespace forecart
