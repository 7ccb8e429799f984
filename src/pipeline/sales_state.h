#pragma once

#include "aggregates/sales_query.h"
#include "pipeline/repository.h"

#include <filesystem>
#include <string>
#include <vector>

namespace forecart {

/// Which clean sales a data set has: all that an answer depends on.
struct SalesState {
  std::string dataset;
  DatasetConfig config;
  SalesSchema schema;
  std::vector<std::string> hashes;  ///< of the files that uploads brought, ascending
  std::string version;  ///< 32 hexadecimal digits: of the hashes and how they are cleaned
};

/// Reads few objects. Throws Error unknown_name for a data set that there is not.
SalesState read_sales_state(const Repository& repository, const std::string& dataset);

/// Throws Error unavailable where files have not been cleaned with the settings of the state yet:
/// the next run does it.
void require_clean_sales(const Repository& repository, const SalesState& state);

/// The sales files of a state, on this machine as long as this lives.
class SalesFiles {
 public:
  /// Throws as require_clean_sales does.
  SalesFiles(const Repository& repository, const SalesState& state);
  ~SalesFiles();
  SalesFiles(const SalesFiles&) = delete;
  SalesFiles& operator=(const SalesFiles&) = delete;

  const std::vector<std::filesystem::path>& paths() const { return paths_; }

 private:
  const ObjectStore& store_;
  std::vector<std::filesystem::path> paths_;
};

}  // namespace forecart
