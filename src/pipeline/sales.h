#pragma once

#include "ingest/ingest.h"
#include "pipeline/repository.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// A file as it came in: where it lies now, what it holds, and how rejects call it.
struct SourceFile {
  std::filesystem::path path;
  std::string hash;
  std::string name;
};

/// Clean sales and rejects of one file are derived from its raw bytes by the settings of its data
/// set. Beside them lies a record of the settings used and of the counts:
/// `{"settings": .., "name": .., "sales_sha256": .., "rejects_sha256": .., "counts": ..}`; without
/// hashes while they are being replaced.

std::string sales_record_key(const std::string& dataset, const std::string& hash);

/// Cleans a file in the work folder and brings raw bytes, sales, rejects and, last, the record into
/// the store. Throws as ingest_file and the store do; then nothing counts.
IngestCounts take_in_sales(Repository& repository, const std::string& dataset,
                           const DatasetConfig& config, const SourceFile& file);

/// A file that some upload of the data set brought, each content once.
struct KnownFile {
  std::string hash;
  std::string name;
};
std::vector<KnownFile> known_files(const Repository& repository, const std::string& dataset);

/// Known files that were cleaned with other settings than the data set has now, or whose sales are
/// missing. Panels are no such settings.
std::vector<KnownFile> outdated_files(const Repository& repository, const std::string& dataset,
                                      const DatasetConfig& config);

/// Whether its sales are there and, as their record tells, were cleaned with these settings
/// (cleaning_settings).
bool has_current_sales(const Repository& repository, const std::string& dataset,
                       const std::string& hash, const std::string& settings);

/// Cleans these again, from the raw bytes; returns how many.
std::size_t refresh_sales(Repository& repository, const std::string& dataset,
                          const DatasetConfig& config);

/// Tells settings apart that clean differently.
std::string cleaning_settings(const DatasetConfig& config);

/// Hashes of the known files, ascending: what a run takes in.
std::vector<std::string> input_hashes(const Repository& repository, const std::string& dataset);

/// Counts of a known file as its record tells them; nothing if it was never cleaned.
std::optional<nlohmann::json> sales_counts(const Repository& repository, const std::string& dataset,
                                           const std::string& hash);

}  // namespace forecart
