#include "ingest/amount.h"

#include "base/ascii.h"
#include "table/number_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace forecart {

namespace {

constexpr double kLargest = 1e15;
constexpr std::array<std::string_view, 6> kCurrencies{"$", "€", "£", "¥", "EUR", "USD"};

/// Drops a currency sign; the minus of "-$5" stays in front.
std::string without_currency(std::string_view cell) {
  std::string_view sign;
  if (cell.starts_with('-')) {
    sign = cell.substr(0, 1);
    cell.remove_prefix(1);
  }
  for (const std::string_view currency : kCurrencies) {
    if (cell.starts_with(currency)) {
      cell.remove_prefix(currency.size());
    } else if (cell.ends_with(currency)) {
      cell.remove_suffix(currency.size());
    } else {
      continue;
    }
    break;
  }
  return std::string(sign) + std::string(trim(cell));
}

/// Removes well-placed group separators (1,234,567) from the whole part; false where misplaced.
bool remove_groups(std::string& number, char group, std::size_t whole_end) {
  std::size_t first = number.find(group);
  if (first == std::string::npos) return true;
  const std::size_t digits_from = number.starts_with('-') ? 1 : 0;
  if (first == digits_from || first > digits_from + 3) return false;
  for (std::size_t at = first; at < whole_end; at += 4) {
    if (number[at] != group || at + 4 > whole_end) return false;
    if (!std::all_of(number.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                     number.begin() + static_cast<std::ptrdiff_t>(at) + 4, is_ascii_digit)) {
      return false;
    }
  }
  std::erase(number, group);
  return true;
}

std::optional<double> in_range(std::optional<double> value) {
  if (!value || std::abs(*value) > kLargest) return std::nullopt;
  return value;
}

}  // namespace

std::optional<double> parse_amount(std::string_view cell, DecimalMark mark) {
  const bool plain = cell.find(',') == std::string_view::npos &&
                     (mark == DecimalMark::point || cell.find('.') == std::string_view::npos);
  if (plain) {
    if (const auto value = parse_number(cell)) return in_range(value);
  }
  std::string number = without_currency(cell);
  const char point = mark == DecimalMark::point ? '.' : ',';
  const char group = mark == DecimalMark::point ? ',' : '.';
  const std::size_t whole_end = std::min(number.find(point), number.size());
  if (number.find(group, whole_end) != std::string::npos) return std::nullopt;
  if (!remove_groups(number, group, whole_end)) return std::nullopt;
  if (point == ',') std::replace(number.begin(), number.end(), ',', '.');
  return in_range(parse_number(number));
}

void DecimalEvidence::add(std::string_view cell) {
  const std::size_t last = cell.find_last_of(".,");
  if (last == std::string_view::npos) return;
  const char sign = cell[last];
  const char other = sign == '.' ? ',' : '.';
  const auto digits = static_cast<std::size_t>(
      std::count_if(cell.begin() + static_cast<std::ptrdiff_t>(last), cell.end(), is_ascii_digit));
  const bool has_other = cell.find(other) != std::string_view::npos;
  const bool repeated = cell.find(sign) != last;
  if (!has_other && !repeated && digits == 3) return;  // 1,234 or 1.234: could be either
  const bool sign_is_decimal = has_other || !repeated;
  ((sign == ',') == sign_is_decimal ? comma_ : point_) += 1;
}

}  // namespace forecart
