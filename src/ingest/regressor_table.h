#pragma once

#include "series/covariates.h"
#include "series/panel.h"

#include <filesystem>
#include <string>
#include <vector>

namespace forecart {

/// What stands between rows that do not follow each other.
enum class RowGaps {
  refused,  ///< nothing may
  held,     ///< what the row before says: rows are changes
  unknown,
};

/// How a table of numbers beside the sales is to be read; the defaults take all as it stands.
struct RegressorRules {
  std::vector<std::string> columns{};  ///< those to take; a further one is an error. Empty: all
  bool skip_strangers = false;         ///< leave out rows of ids that the panel has not
  RowGaps gaps = RowGaps::refused;
  /// Unless gaps are refused: rows are given for buckets [from, to), and a series may have none.
  Bucket from = 0;
  Bucket to = 0;
};

/// Reads a table of numbers known beside the series of `panel`: column ds, further columns of
/// numbers, each a regressor under its own name, and perhaps unique_id; without it the rows hold
/// for all series. csv, csv.gz, csv.zst, parquet; rows in any order; ds as read_long_table takes
/// it, on the panel's grid. An empty cell, NA or NaN is unknown. Throws Error bad_data that names
/// line and remedy for: missing columns, two columns of one name, no regressor, one named y or
/// target, a ds off the grid, a cell that is no number, the same id and ds twice, a gap between the
/// first and the last ds of a series; and Error unknown_name for an id that the panel has not, a
/// column that the rules do not name or that they name and the file has not.
Covariates read_regressors(const std::filesystem::path& path, const Panel& panel,
                           const RegressorRules& rules = {});

/// Reads a table of what never changes: unique_id and `columns`; numbers, or words where a cell is
/// no number. Rows of ids that the panel has not are left out. Throws Error bad_data that names
/// file and line for a missing unique_id or an id twice, unknown_name for columns as
/// read_regressors.
Statics read_attributes(const std::filesystem::path& path, const Panel& panel,
                        const std::vector<std::string>& columns);

}  // namespace forecart
