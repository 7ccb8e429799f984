#pragma once

#include <chrono>
#include <string_view>
#include <vector>

namespace forecart {

/// What the clocks of a place show: its offsets from UTC, from a file of the IANA data base
/// (RFC 8536), to the end of 2262. Immutable.
class ZoneTable {
 public:
  /// Throws Error bad_data for anything but such a file, and for one that counts leap seconds.
  static ZoneTable parse(std::string_view file);

  std::chrono::seconds offset(std::chrono::sys_seconds instant) const;

  /// The instant of a wall-clock time: of a time that exists twice the first, of one that is
  /// skipped the instant of the change.
  std::chrono::sys_time<std::chrono::microseconds> instant(
      std::chrono::local_time<std::chrono::microseconds> civil) const;

 private:
  /// Seconds in which the clocks do not change.
  struct Span {
    std::chrono::sys_seconds end;
    std::chrono::seconds offset;
  };

  void add_changes(std::string_view rule);

  std::vector<Span> spans_;  ///< by time; the last one has no end
};

}  // namespace forecart
