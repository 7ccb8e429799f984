#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace forecart {

struct NamedZone;

/// A point of absolute time. Times of data without a zone are kept as if they were UTC.
/// Range 1678-2262, as pandas has it.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;

/// What a wall clock shows.
using CivilTime = std::chrono::local_time<std::chrono::microseconds>;

/// A time zone of the IANA data base, or none: then the wall clock never changes and times are
/// written without an offset. Immutable, cheap to copy, safe to share between threads.
class TimeZone {
 public:
  TimeZone() = default;

  /// "" or "none" gives no zone. Zones are read from the folder of IANA's data base that TZDIR
  /// names, from zoneinfo beside the program or from the system's. Throws Error unknown_name for
  /// anything that is not there.
  static TimeZone named(const std::string& name);

  bool is_none() const { return zone_ == nullptr; }
  std::string name() const;

  CivilTime civil(Instant instant) const;

  /// The instant of a wall-clock time. A time that exists twice gives the first; a time skipped by
  /// a clock change gives the instant of the change.
  Instant instant(CivilTime civil) const;

  /// Offset from UTC at that instant; zero without a zone.
  std::chrono::seconds offset(Instant instant) const;

  /// Offset without daylight saving, by the rules in force now: the lesser of the offsets in
  /// January and July 2030. Zero without a zone.
  std::chrono::seconds standard_offset() const;

  friend bool operator==(const TimeZone&, const TimeZone&) = default;

 private:
  const NamedZone* zone_ = nullptr;
};

/// ISO 8601: "2019-12-24 18:00:00", with a zone "2019-12-24T18:00:00+01:00".
std::string format_instant(Instant instant, const TimeZone& zone);

/// Reads an ISO 8601 date or date-time ("2019-12-31", "2019-12-31T23:00", "... 23:00:00+01:00",
/// "...Z"). A value without offset is civil time of the zone. Nothing if it is not one, or
/// outside 1678-2262.
std::optional<Instant> parse_instant(std::string_view text, const TimeZone& zone);

}  // namespace forecart
