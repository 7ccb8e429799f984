#include "base/zone_rule.h"

#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace forecart {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// Reads the parts of a rule from its front, POSIX.1-2017, 8.3.
class Reader {
 public:
  explicit Reader(std::string_view text) : whole_(text), text_(text) {}

  bool done() const { return text_.empty(); }

  bool is_next(char wanted) const { return !text_.empty() && text_.front() == wanted; }

  bool take(char wanted) {
    if (!is_next(wanted)) return false;
    text_.remove_prefix(1);
    return true;
  }

  void need(char wanted) {
    if (!take(wanted)) fail();
  }

  void skip_name() {
    if (take('<')) {
      const auto end = text_.find('>');
      if (end == std::string_view::npos) fail();
      text_.remove_prefix(end + 1);
      return;
    }
    const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    const auto* const end = std::find_if_not(text_.begin(), text_.end(), is_letter);
    if (end == text_.begin()) fail();
    text_.remove_prefix(static_cast<std::size_t>(end - text_.begin()));
  }

  unsigned number(unsigned least, unsigned most) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (error != std::errc() || value < least || value > most) fail();
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return value;
  }

  /// [+-]hh[:mm[:ss]]; up to a week, which RFC 8536 adds.
  seconds time() {
    const bool negative = take('-');
    if (!negative) take('+');
    seconds value = hours(number(0, 167));
    if (take(':')) value += minutes(number(0, 59));
    if (take(':')) value += seconds(number(0, 59));
    return negative ? -value : value;
  }

  ZoneRule::Change change() {
    need(',');
    need('M');
    ZoneRule::Change change{.month = number(1, 12)};
    need('.');
    change.week = number(1, 5);
    need('.');
    change.weekday = number(0, 6);
    if (take('/')) change.time = time();
    return change;
  }

  [[noreturn]] void fail() const {
    throw Error(ErrorCode::bad_data, fmt::format("'{}' is no rule of a time zone", whole_));
  }

 private:
  std::string_view whole_;
  std::string_view text_;
};

}  // namespace

std::chrono::local_seconds ZoneRule::Change::in(std::chrono::year year) const {
  using namespace std::chrono;  // NOLINT(google-build-using-namespace): dates are written with '/'
  const auto of_month = year / std::chrono::month(month);
  const std::chrono::weekday day(weekday);
  const local_days date =
      week == 5 ? local_days(of_month / day[last]) : local_days(of_month / day[week]);
  return local_seconds(date) + time;
}

ZoneRule ZoneRule::parse(std::string_view text) {
  Reader reader(text);
  ZoneRule rule;
  reader.skip_name();
  rule.standard = -reader.time();  // POSIX counts westward
  rule.saving = rule.standard;
  if (reader.done()) return rule;
  reader.skip_name();
  rule.saving = reader.is_next(',') ? rule.standard + hours(1) : -reader.time();
  rule.begin = reader.change();
  rule.end = reader.change();
  if (!reader.done()) reader.fail();
  return rule;
}

}  // namespace forecart
