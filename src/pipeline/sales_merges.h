#pragma once

#include "pipeline/repository.h"

#include <filesystem>
#include <string>
#include <vector>

namespace forecart {

/// A shop that uploads every hour has thousands of small files of clean sales. Those of
/// kMergeWidth uploads are merged into one, those of kMergeWidth merges into a larger one, and so
/// on, so that a run opens few files however many there were: sales/<dataset>/merged/<id>.parquet,
/// with the record `{"level": .., "settings": .., "uploads": [..], "files": [{"hash","name"}, ..],
/// "replaces": [..], "sha256": ..}` beside it, written last. Derived: where a record or
/// its file is missing, the files of its uploads are read one by one.
struct SalesMerge {
  std::string id;
  int level = 0;
  std::string settings;              ///< that its files were cleaned with (cleaning_settings)
  std::vector<std::string> uploads;  ///< whose files all are known by this or another merge
  std::vector<std::string> hashes;   ///< of the files in it, ascending
  std::vector<std::string> names;    ///< of those files
  std::vector<std::string> replaces;
  Instant written{};  ///< its record, by the store's clock
};

inline constexpr std::size_t kMergeWidth = 32;

/// All that no larger one replaces, the largest first.
std::vector<SalesMerge> sales_merges(const Repository& repository, const std::string& dataset);

/// Parquet files that hold the clean sales of these inputs, each once, in as few files as there
/// are. `settings` are today's.
std::vector<std::filesystem::path> sales_files(const Repository& repository,
                                               const std::string& dataset,
                                               const std::string& settings,
                                               const std::vector<std::string>& hashes);

/// Merges where enough is there that was cleaned with these settings, and removes merges that were
/// replaced more than a day ago; returns how many merges it made.
std::size_t merge_sales(Repository& repository, const std::string& dataset,
                        const std::string& settings);

}  // namespace forecart
