#pragma once

#include "ingest/cleaner.h"

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// What became of the rows of one file or of several. rows_read = rows_accepted + rows_rejected,
/// always; a dropped return is rejected with the reason `return`.
struct IngestCounts {
  std::int64_t rows_read = 0;  ///< below the header, blank rows included
  std::int64_t rows_accepted = 0;
  std::int64_t rows_rejected = 0;
  std::array<std::int64_t, kRejectReasons> rejected_by_reason{};
  std::int64_t exact_duplicates = 0;  ///< accepted rows equal in all cells to an earlier one; kept
  std::int64_t files_known = 0;       ///< files whose content was there already; set by the caller
  std::int64_t returns = 0;           ///< accepted lines that take back, by policy keep or net
  std::int64_t cancellations = 0;     ///< of these, known by their order id
  double revenue = 0;                 ///< of the accepted rows whose revenue is known
  std::optional<Instant> first;       ///< earliest and latest accepted sale
  std::optional<Instant> last;

  /// Adds another file's counts. Duplicates across files are not seen: count_exact_duplicates.
  IngestCounts& operator+=(const IngestCounts& other);
};

/// The keys of `forecart ingest --json` that concern rows: rows_read, rows_accepted, rows_rejected,
/// rejected_by_reason (reasons that occurred), exact_duplicates, files_known, first, last, returns,
/// cancellations, revenue (to six decimals).
nlohmann::json to_json(const IngestCounts& counts, const TimeZone& zone);

/// The files of one ingest: what is read and what is written.
struct IngestFiles {
  std::filesystem::path source;   ///< csv, csv.gz, csv.zst or parquet
  std::filesystem::path sales;    ///< parquet of the accepted rows
  std::filesystem::path rejects;  ///< csv of the refused rows
  std::string name;               ///< the source's name in the rejects; "" takes its file name
};

struct IngestResult {
  IngestCounts counts;
  FileFormat format;
};

/// Cleans one file in constant memory: reads it twice, first to decide how times and numbers are
/// written. Sales columns: line, order_id, time (civil), instant (UTC), product, quantity,
/// unit_price, revenue, customer, place, returned, row_hash, then the dimensions as text.
/// Threads may ingest files side by side. Throws Error as survey_file and write_table do, and
/// invalid_value for a dimension that is no expression over the file's columns; nothing is left
/// under the output names then.
IngestResult ingest_file(const IngestFiles& files, const DatasetConfig& config);

/// Accepted rows equal in all raw cells beyond the first of their kind, over all the sales files.
std::int64_t count_exact_duplicates(const std::vector<std::filesystem::path>& sales);

}  // namespace forecart
