#include "base/time_budget.h"

#include "base/error.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <limits>
#include <utility>

namespace forecart {

namespace {

constexpr double kMostHours = 1000;

/// Seconds of a unit; 0 for one that is not known.
double seconds_of(std::string_view unit) {
  if (unit.empty() || unit == "s") return 1;
  if (unit == "m") return 60;
  return unit == "h" ? 3600 : 0;
}

}  // namespace

double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

TimeBudget::TimeBudget(double seconds, std::function<double()> clock)
    : seconds_(seconds), clock_(std::move(clock)), start_(now()) {}

double TimeBudget::now() const {
  return limited() ? clock_() : 0;
}

double TimeBudget::spent() const {
  return before_ + now() - start_;
}

double TimeBudget::left() const {
  return limited() ? seconds_ - spent() : std::numeric_limits<double>::infinity();
}

double parse_duration(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  const double seconds = number * seconds_of(unit);
  if (error == std::errc() && seconds > 0 && seconds <= kMostHours * 3600) return seconds;
  throw Error(ErrorCode::invalid_value,
              fmt::format("'{}' is no duration; give seconds, or a number with s, m or h, above "
                          "zero and at most {}h, e.g. 90s or 5m",
                          text, kMostHours));
}

}  // namespace forecart
