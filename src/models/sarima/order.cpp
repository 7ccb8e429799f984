#include "models/sarima/order.h"

#include "base/error.h"

#include <fmt/format.h>

#include <charconv>
#include <vector>

namespace forecart {
namespace {

constexpr int kMaxRegular = 30;
constexpr int kMaxSeasonal = 5;
constexpr int kMaxDifference = 2;
constexpr int kMaxSeason = 2000;

void check(const char* name, int value, int low, int high) {
  if (value >= low && value <= high) return;
  throw Error(ErrorCode::invalid_value,
              fmt::format("order {} = {} is not allowed; use {} to {}", name, value, low, high));
}

[[noreturn]] void refuse(std::string_view text) {
  throw Error(ErrorCode::invalid_value,
              fmt::format("'{}' is not an ARIMA order; write 1,1,1 and 1,1,1,24, or "
                          "(1,1,1)(1,1,1)24",
                          text));
}

/// The integers of a text of digits, commas and brackets.
std::vector<int> integers(std::string_view text) {
  std::vector<int> result;
  const char* at = text.data();
  const char* end = at + text.size();
  while (at != end) {
    if (*at == '(' || *at == ')' || *at == ',' || *at == ' ') {
      ++at;
      continue;
    }
    int value = 0;
    const auto [next, error] = std::from_chars(at, end, value);
    if (error != std::errc()) refuse(text);
    result.push_back(value);
    at = next;
  }
  return result;
}

}  // namespace

void SarimaOrder::validate() const {
  check("p", p, 0, kMaxRegular);
  check("d", d, 0, kMaxDifference);
  check("q", q, 0, kMaxRegular);
  check("P", P, 0, kMaxSeasonal);
  check("D", D, 0, kMaxDifference);
  check("Q", Q, 0, kMaxSeasonal);
  check("s", s, has_season() ? 2 : 1, kMaxSeason);
}

std::string SarimaOrder::format() const {
  if (!has_season()) return fmt::format("({},{},{})", p, d, q);
  return fmt::format("({},{},{})({},{},{}){}", p, d, q, P, D, Q, s);
}

SarimaOrder SarimaOrder::parse(std::string_view order, std::string_view seasonal) {
  std::vector<int> n = integers(order);
  const std::vector<int> more = integers(seasonal);
  n.insert(n.end(), more.begin(), more.end());
  if (!more.empty() && more.size() != 4) {
    throw Error(
        ErrorCode::invalid_value,
        fmt::format("'{}' is not a seasonal order; write P,D,Q,s, such as 1,1,1,24", seasonal));
  }
  if (n.size() - more.size() != 3 && (n.size() != 7 || !more.empty())) refuse(order);
  SarimaOrder result{n[0], n[1], n[2]};
  if (n.size() == 7) result = SarimaOrder{n[0], n[1], n[2], n[3], n[4], n[5], n[6]};
  result.validate();
  return result;
}

}  // namespace forecart
