#pragma once

#include "ingest/ingest.h"
#include "table/table.h"

#include <filesystem>
#include <string>
#include <vector>

namespace forecart {

struct PreviewLimits {
  std::size_t rows = 1000;    ///< that are read
  std::size_t sales = 20;     ///< that are shown
  std::size_t rejects = 100;  ///< that are shown
};

struct IngestPreview {
  IngestCounts counts;  ///< of the rows read
  bool whole = false;   ///< the file has no others
  Table sales;    ///< the first as ingest_file would keep them, without row_hash; times in ISO 8601
  Table rejects;  ///< the first: `line, column, reason, text`
};

/// What ingest_file would make of the first rows of a file; how times and numbers are written is
/// decided by all of it. `files.rejects` is written on the way,
/// `files.sales` is not. Throws as ingest_file.
IngestPreview preview_file(const IngestFiles& files, const DatasetConfig& config,
                           const PreviewLimits& limits = {});

}  // namespace forecart
