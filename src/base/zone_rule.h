#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace forecart {

/// The rule by which clocks change each year, as POSIX writes it in TZ and IANA's files at their
/// end: "EST5EDT,M3.2.0,M11.1.0".
struct ZoneRule {
  /// Day and time of a change, by the clock before it: the n-th (5: last) weekday of a month.
  struct Change {
    unsigned month = 1;
    unsigned week = 1;
    unsigned weekday = 0;
    std::chrono::seconds time = std::chrono::hours(2);

    std::chrono::local_seconds in(std::chrono::year year) const;
  };

  std::chrono::seconds standard{0};
  std::chrono::seconds saving{0};
  std::optional<Change> begin{};  ///< of saving; nothing where clocks never change
  std::optional<Change> end{};

  /// Throws Error bad_data. Changes by the number of a day (Jn, n), which no zone has, are refused.
  static ZoneRule parse(std::string_view text);
};

}  // namespace forecart
