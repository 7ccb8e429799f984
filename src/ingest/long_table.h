#pragma once

#include "base/time.h"
#include "series/panel.h"

#include <filesystem>
#include <string>

namespace forecart {

struct LongTableOptions {
  std::string frequency;  ///< as Frequency::parse takes it; "W" takes its weekday from the data;
                          ///< "" is found out from the distances of ds
  TimeZone zone;          ///< of ds without an offset
  std::int64_t most_values = 200'000'000;  ///< buckets of all series together; more is refused
};

/// Reads a table of one row per series and time: columns unique_id, ds, y, also under the names
/// item_id, timestamp, target; without unique_id there is one series, `total`. ds is ISO 8601 (or
/// the same column-wide formats as orders) or a whole number, which is a counter. y may be empty,
/// NA or NaN: missing. Buckets between the first and last ds of a series without a row are missing.
/// csv, csv.gz, csv.zst, parquet; rows may be in any order, ids keep the order of first appearance.
/// Throws Error bad_data that names line and value for: a ds off the grid, a cell that is no time
/// or number, a counter beyond 2^53, a row of another length, the same id and ds twice (both
/// lines), missing columns, no rows, more buckets than `most_values` (then the frequency or a ds is
/// wrong).
Panel read_long_table(const std::filesystem::path& path, const LongTableOptions& options = {});

}  // namespace forecart
