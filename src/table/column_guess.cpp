#include "table/column_guess.h"

#include "table/number_text.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

namespace forecart {

namespace {

using Cells = std::vector<std::string>;

/// Leading zeros and plus signs mark codes, not quantities.
bool looks_like_code(std::string_view cell) {
  if (cell.starts_with('-')) cell.remove_prefix(1);
  if (cell.starts_with('+')) return true;
  return cell.size() > 1 && cell[0] == '0' && cell[1] >= '0' && cell[1] <= '9';
}

std::optional<std::vector<std::int64_t>> as_integers(const Cells& cells) {
  std::vector<std::int64_t> result;
  result.reserve(cells.size());
  for (const std::string& cell : cells) {
    const auto value = parse_integer(cell);
    if (!value || looks_like_code(cell)) return std::nullopt;
    result.push_back(*value);
  }
  return result;
}

std::optional<std::vector<double>> as_numbers(const Cells& cells) {
  std::vector<double> result;
  result.reserve(cells.size());
  for (const std::string& cell : cells) {
    const auto value =
        is_missing_word(cell) ? std::numeric_limits<double>::quiet_NaN() : parse_number(cell);
    if (!value || looks_like_code(cell)) return std::nullopt;
    result.push_back(*value);
  }
  return result;
}

std::optional<std::vector<bool>> as_flags(const Cells& cells) {
  std::vector<bool> result;
  for (const std::string& cell : cells) {
    if (cell != "true" && cell != "false") return std::nullopt;
    result.push_back(cell == "true");
  }
  return result;
}

}  // namespace

bool is_missing_word(std::string_view cell) {
  constexpr std::array<std::string_view, 10> kWords{"",    "NA",   "NaN",  "nan", "N/A",
                                                    "n/a", "null", "NULL", "na",  "None"};
  return std::find(kWords.begin(), kWords.end(), cell) != kWords.end();
}

ColumnValues guess_values(Cells cells) {
  if (auto integers = as_integers(cells)) return std::move(*integers);
  if (auto numbers = as_numbers(cells)) return std::move(*numbers);
  if (auto flags = as_flags(cells)) return std::move(*flags);
  return cells;
}

}  // namespace forecart
