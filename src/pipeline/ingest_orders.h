#pragma once

#include "base/error.h"
#include "base/progress.h"
#include "ingest/dataset_config.h"
#include "ingest/ingest.h"

#include "cost/bill.h"
#include "cost/usage.h"

#include <filesystem>
#include <string>
#include <vector>

namespace forecart {

/// A file to take in, and how records and rejects call it.
struct OrderFile {
  std::filesystem::path path;
  std::string name;

  OrderFile(const std::filesystem::path& file) : path(file), name(file.filename().string()) {}
  OrderFile(std::filesystem::path file, std::string called)
      : path(std::move(file)), name(std::move(called)) {}
};

struct IngestRequest {
  std::string repository;
  std::string dataset;
  std::vector<OrderFile> files;
  DatasetConfig config;  ///< what is known when the data set is new; the rest is guessed
  unsigned threads = 0;
  /// Every file gets a record of its own, named by its last order in place of the present: several
  /// hosts that share files out leave together what one would leave.
  bool apart = false;
  std::filesystem::path prices{};  ///< price file; empty: see prices_for
  Progress* progress = &no_progress();
};

/// A file that could not be taken in; the others were.
struct FileFailure {
  std::string file;
  ErrorCode code;
  std::string message;
};

struct IngestReport {
  std::string dataset;
  std::string upload;  ///< the last; "" when every file was known or failed
  IngestCounts counts;
  TimeZone zone;
  std::vector<FileFailure> failures;
  std::string guessed;  ///< dataset.toml as written, when the data set is new
  Usage usage{};        ///< of all of ingest_orders
  Bill bill{};          ///< of that
};

/// Takes order files into a data set of a repository, making both where missing: raw bytes, clean
/// sales and rejects per file, then one record of the upload. A file whose content is there already
/// is only counted. Throws Error when nothing could be taken in at all.
IngestReport ingest_orders(const IngestRequest& request);

/// The same, but files that cannot be taken in are only told of, be it all of them; then no
/// repository is made. Throws Error where the data set itself cannot be used.
IngestReport take_in_files(const IngestRequest& request);

/// What `forecart ingest --json` prints.
nlohmann::json to_json(const IngestReport& report);

}  // namespace forecart
