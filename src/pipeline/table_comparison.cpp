#include "pipeline/table_comparison.h"

#include "pipeline/table_formats.h"
#include "table/number_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

constexpr const char* kNames[]{"panel", "model", "unique_id", "ds", "cutoff", "kind"};

/// What names a row of the table.
std::vector<std::pair<std::string, std::string>> names_of(const Table& table, std::size_t row) {
  std::vector<std::pair<std::string, std::string>> names;
  for (const char* name : kNames) {
    const Column* const column = table.find(name);
    if (column != nullptr) names.emplace_back(name, cell_text(*column, row));
  }
  return names;
}

/// Relative difference of two cells; infinite where they are not both numbers or both the same.
double distance(const std::string& before, const std::string& after) {
  if (before == after) return 0;
  const auto a = parse_number(before);
  const auto b = parse_number(after);
  if (!a || !b) return std::numeric_limits<double>::infinity();
  const double difference = std::abs(*a - *b);
  if (difference <= kCloseAbsolute) return 0;
  return difference / std::max(std::abs(*a), std::abs(*b));
}

void compare_cell(const Table& table, std::size_t row, const Column& before, const Column& after,
                  TableComparison& result) {
  const std::string old_text = cell_text(before, row);
  const std::string new_text = cell_text(after, row);
  if (old_text == new_text) return;
  const double own = distance(old_text, new_text);
  if (std::isfinite(own)) result.largest = std::max(result.largest, own);
  if (own <= kCloseRelative) {
    result.likeness = std::max(result.likeness, Likeness::close);
    return;
  }
  result.likeness = Likeness::different;
  if (++result.cells > 1) return;
  result.first = CellDifference{before.name, names_of(table, row), old_text, new_text};
}

/// Columns that say something other than how long it took.
std::vector<std::string> compared(const Table& table) {
  std::vector<std::string> names = table.names();
  std::erase_if(names, [](const std::string& name) { return is_timing(name); });
  return names;
}

std::string shape_fault(const Table& before, const Table& after) {
  if (before.row_count() != after.row_count()) {
    return fmt::format("{} rows, were {}", after.row_count(), before.row_count());
  }
  for (const std::string& name : compared(before)) {
    if (after.find(name) == nullptr) return fmt::format("no column '{}' any more", name);
  }
  for (const std::string& name : compared(after)) {
    if (before.find(name) == nullptr) return fmt::format("a new column '{}'", name);
  }
  return "";
}

}  // namespace

const char* to_string(Likeness likeness) {
  switch (likeness) {
    case Likeness::same:
      return "the same";
    case Likeness::close:
      return "the same but for rounding";
    case Likeness::different:
      return "different";
  }
  return "";
}

TableComparison compare_tables(const std::string& name, const Table& before, const Table& after) {
  TableComparison result;
  result.table = name;
  result.shape = shape_fault(before, after);
  if (!result.shape.empty()) {
    result.likeness = Likeness::different;
    return result;
  }
  const std::vector<std::string> columns = compared(before);
  for (std::size_t row = 0; row < before.row_count(); ++row) {
    for (const std::string& column : columns) {
      compare_cell(before, row, before.column(column), after.column(column), result);
    }
  }
  return result;
}

json to_json(const TableComparison& comparison) {
  json first;
  if (comparison.first) {
    first = {{"column", comparison.first->column},
             {"before", comparison.first->before},
             {"after", comparison.first->after}};
    for (const auto& [name, value] : comparison.first->row) first["row"][name] = value;
  }
  return {{"table", comparison.table},     {"likeness", to_string(comparison.likeness)},
          {"largest", comparison.largest}, {"cells", comparison.cells},
          {"shape", comparison.shape},     {"first", std::move(first)}};
}

std::string describe(const TableComparison& comparison) {
  std::string text = fmt::format("{}: {}", comparison.table, to_string(comparison.likeness));
  if (!comparison.shape.empty()) return text + ": " + comparison.shape;
  if (comparison.largest > 0) {
    text += fmt::format(", numbers up to {:.1e} apart", comparison.largest);
  }
  if (!comparison.first) return text;
  text += fmt::format("; first {} of", comparison.first->column);
  for (const auto& [name, value] : comparison.first->row) {
    if (!value.empty()) text += fmt::format(" {} {}", name, value);
  }
  text += fmt::format(": {}, was {}", comparison.first->after, comparison.first->before);
  if (comparison.cells > 1) text += fmt::format(" (and {} more cells)", comparison.cells - 1);
  return text;
}

}  // namespace forecart
