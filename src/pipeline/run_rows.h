#pragma once

#include "pipeline/run_shelf.h"
#include "table/table.h"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace forecart {

/// Tables that a run may have.
inline constexpr std::array<std::string_view, 7> kRunTables{
    "forecasts", "backtest", "leaderboard", "levels", "ledger", "retraining", "disturbances"};

/// Throws Error unknown_name with the list.
void require_run_table(std::string_view name);

/// Which rows of a table; what is "" is not looked at.
struct RowFilter {
  std::string panel{};
  std::string unique_id{};
  std::string model{};
  std::size_t limit = 1000;
  std::size_t offset = 0;
  bool without_persons = false;  ///< none of panels whose ids may name one (names_person)
};

struct RunRows {
  Table rows;
  bool more = false;  ///< there are others after these
};

/// Rows of a table of a run, in its order. Throws Error not_found where the run has no such table,
/// invalid_value where the table does not have what is filtered by.
RunRows run_rows(RunShelf& shelf, const std::string& dataset, const std::string& run,
                 const std::string& table, const RowFilter& filter);

/// Whether a table of a run has rows whose ids may name a person. Throws Error not_found.
bool rows_name_persons(RunShelf& shelf, const std::string& dataset, const std::string& run,
                       const std::string& table);

}  // namespace forecart
