#include "table/table.h"

#include "base/error.h"
#include "table/number_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <type_traits>

namespace forecart {

namespace {

template <typename T>
std::string value_text(const T& value) {
  if constexpr (std::is_same_v<T, double>) {
    return number_text(value);
  } else if constexpr (std::is_same_v<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    return std::to_string(value);
  } else {
    return value;
  }
}

[[noreturn]] void refuse_type(std::string_view name, std::string_view wanted) {
  throw Error(ErrorCode::bad_data, fmt::format("column '{}' does not hold {}", name, wanted));
}

}  // namespace

std::size_t Column::size() const {
  return std::visit([](const auto& all) { return all.size(); }, values);
}

Table::Table(std::vector<Column> columns) {
  columns_.reserve(columns.size());
  for (Column& column : columns) add(std::move(column.name), std::move(column.values));
}

std::vector<std::string> Table::names() const {
  std::vector<std::string> result;
  for (const Column& column : columns_) result.push_back(column.name);
  return result;
}

void Table::add(std::string name, ColumnValues values) {
  Column column{std::move(name), std::move(values)};
  if (find(column.name) != nullptr) {
    throw Error(ErrorCode::bad_data, fmt::format("column '{}' is there twice", column.name));
  }
  if (!columns_.empty() && column.size() != row_count()) {
    throw Error(ErrorCode::bad_data, fmt::format("column '{}' has {} values where others have {}",
                                                 column.name, column.size(), row_count()));
  }
  columns_.push_back(std::move(column));
}

const Column* Table::find(std::string_view name) const {
  for (const Column& column : columns_) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

const Column& Table::column(std::string_view name) const {
  if (const Column* const found = find(name)) return *found;
  throw Error(ErrorCode::bad_data, fmt::format("there is no column '{}'; there are: {}", name,
                                               fmt::join(names(), ", ")));
}

std::vector<double> Table::numbers(std::string_view name) const {
  return std::visit(
      [name](const auto& all) -> std::vector<double> {
        using Value = typename std::decay_t<decltype(all)>::value_type;
        if constexpr (std::is_same_v<Value, std::string>) {
          refuse_type(name, "numbers");
        } else {
          std::vector<double> result;
          result.reserve(all.size());
          for (const auto value : all) result.push_back(static_cast<double>(value));
          return result;
        }
      },
      column(name).values);
}

const std::vector<std::int64_t>& Table::integers(std::string_view name) const {
  const auto* const all = std::get_if<std::vector<std::int64_t>>(&column(name).values);
  if (all == nullptr) refuse_type(name, "whole numbers");
  return *all;
}

std::vector<std::string> Table::texts(std::string_view name) const {
  const Column& found = column(name);
  std::vector<std::string> result;
  result.reserve(found.size());
  for (std::size_t row = 0; row < found.size(); ++row) result.push_back(cell_text(found, row));
  return result;
}

std::string cell_text(const Column& column, std::size_t row) {
  return std::visit(
      [row](const auto& all) {
        using Value = typename std::decay_t<decltype(all)>::value_type;
        return value_text<Value>(all[row]);
      },
      column.values);
}

}  // namespace forecart
