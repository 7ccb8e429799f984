#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace forecart {

/// Seconds on a clock that only goes forward.
double steady_seconds();

/// Wall-clock time that something may take, from when this is made. None by default.
class TimeBudget {
 public:
  TimeBudget() = default;
  /// 0: none. Tests hand in a clock of their own.
  explicit TimeBudget(double seconds, std::function<double()> clock = steady_seconds);

  bool limited() const { return seconds_ > 0; }
  double seconds() const { return seconds_; }
  /// Infinite where there is no limit; below zero once the time is over.
  double left() const;
  double spent() const;
  /// So much had been spent before this was made.
  void spent_before(double seconds) { before_ = seconds; }
  /// The clock; 0 where there is no limit, as nobody needs it.
  double now() const;

 private:
  double seconds_ = 0;
  std::function<double()> clock_;
  double start_ = 0;
  double before_ = 0;
};

/// Seconds of "90", "90s", "5m", "1.5h". Throws Error invalid_value unless it is above zero and at
/// most a thousand hours.
double parse_duration(std::string_view text);

}  // namespace forecart
