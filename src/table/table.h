#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace forecart {

/// Values of one column. Missing: NaN in a column of numbers, "" in one of text; whole numbers and
/// truth values have none. Times are text in ISO 8601.
using ColumnValues = std::variant<std::vector<double>, std::vector<std::int64_t>,
                                  std::vector<std::string>, std::vector<bool>>;

struct Column {
  std::string name;
  ColumnValues values;

  std::size_t size() const;
  friend bool operator==(const Column&, const Column&) = default;
};

/// Named columns of equal length: what passes between files, SQL and the rest of the program.
class Table {
 public:
  Table() = default;
  /// Throws Error bad_data for columns of unequal length or two of one name.
  explicit Table(std::vector<Column> columns);

  std::size_t row_count() const { return columns_.empty() ? 0 : columns_.front().size(); }
  const std::vector<Column>& columns() const { return columns_; }
  std::vector<std::string> names() const;

  /// Adds a column; throws as the constructor does.
  void add(std::string name, ColumnValues values);

  /// The column of that name, or null.
  const Column* find(std::string_view name) const;
  /// The same, but throws Error bad_data that lists the columns there are.
  const Column& column(std::string_view name) const;

  /// Values of a column as numbers (whole numbers and truth values are widened). Throws Error
  /// bad_data if it holds text.
  std::vector<double> numbers(std::string_view name) const;
  const std::vector<std::int64_t>& integers(std::string_view name) const;
  /// Values of a column as text, as they would stand in a csv file; missing is "".
  std::vector<std::string> texts(std::string_view name) const;

  friend bool operator==(const Table&, const Table&) = default;

 private:
  std::vector<Column> columns_;
};

/// One cell as it stands in a csv file before quoting; missing is "".
std::string cell_text(const Column& column, std::size_t row);

}  // namespace forecart
