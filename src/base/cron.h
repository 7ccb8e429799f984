#pragma once

#include "base/time.h"

#include <bitset>
#include <optional>
#include <string>
#include <string_view>

namespace forecart {

/// A cron expression of five fields (minute, hour, day of month, month, day of week) on the wall
/// clock of a zone. Fields take numbers, names (JAN, MON), lists, ranges and steps; day of week 0
/// and 7 are Sunday. Where both kinds of day are limited either suffices, as crontab(5) has it.
class CronSchedule {
 public:
  /// Throws Error invalid_value that names the field and what it takes, also where there is no such
  /// day (30 February).
  static CronSchedule parse(const std::string& text);

  /// The first firing later than `after`. A wall-clock time that a clock change skips fires at the
  /// change, one that comes twice fires the first time only. Nothing beyond 2262.
  std::optional<Instant> next(Instant after, const TimeZone& zone) const;

 private:
  bool on_day(std::chrono::local_days day) const;
  std::optional<Instant> on_day_after(std::chrono::local_days day, Instant after,
                                      const TimeZone& zone) const;

  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;
  std::bitset<13> months_;
  std::bitset<7> weekdays_;
  bool either_day_ = false;
};

}  // namespace forecart
