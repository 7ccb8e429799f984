#pragma once

#include "series/covariates.h"
#include "series/panel.h"

#include <filesystem>

namespace forecart {

/// Reads a table of numbers known beside the series of `panel`: column ds, further columns of
/// numbers, each a regressor under its own name, and perhaps unique_id; without it the rows hold
/// for all series. csv, csv.gz, csv.zst, parquet; rows in any order; ds as read_long_table takes
/// it, on the panel's grid. An empty cell, NA or NaN is unknown. Throws Error bad_data that names
/// line and remedy for: missing columns, two columns of one name, no regressor, one named y or
/// target, a ds off the grid, a cell that is no number, the same id and ds twice, a gap between the
/// first and the last ds of a series; and Error unknown_name for an id that the panel has not.
Covariates read_regressors(const std::filesystem::path& path, const Panel& panel);

}  // namespace forecart
