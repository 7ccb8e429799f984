#pragma once

#include "table/table.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// Largest relative difference at which two numbers count as the same but for rounding, and the
/// absolute one below which they always do.
inline constexpr double kCloseRelative = 1e-6;
inline constexpr double kCloseAbsolute = 1e-9;

enum class Likeness { same, close, different };

/// "the same", "the same but for rounding", "different".
const char* to_string(Likeness likeness);

/// A cell of two tables that is not the same.
struct CellDifference {
  std::string column;
  std::vector<std::pair<std::string, std::string>> row;  ///< what names the row: panel, ds ...
  std::string before;
  std::string after;
};

/// How two tables compare, columns of timing apart.
struct TableComparison {
  std::string table;
  Likeness likeness = Likeness::same;
  double largest = 0;                   ///< relative difference of numbers
  std::size_t cells = 0;                ///< that are different, beyond rounding
  std::optional<CellDifference> first;  ///< of those
  std::string shape;                    ///< what is wrong with rows or columns; empty if nothing
};

/// Compares cell by cell, in the order of the rows.
TableComparison compare_tables(const std::string& name, const Table& before, const Table& after);

/// `{"table":..,"likeness":..,"largest":..,"cells":..,"shape":..,"first":{...}}`
nlohmann::json to_json(const TableComparison& comparison);

/// "forecasts: different: AutoSelect of panel hourly, unique_id total, ds 2020-01-02 04:00:00 is
/// 12.5, was 12.25 (and 3 more cells)".
std::string describe(const TableComparison& comparison);

}  // namespace forecart
