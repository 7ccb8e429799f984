#pragma once

#include "pipeline/repository.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace forecart {

/// What became of the tables of a run for QuickSight.
struct PublishedTables {
  std::vector<std::string> keys{};  ///< none where they were not wanted, or could not be written
  std::string refresh{};  ///< of QuickSight, as to_string(QuickSightRefresh::State); "" for none
  std::string error{};    ///< why either could not be done
};

/// Writes the tables of the current run, and has QuickSight take them in where it knows the data
/// set. Never throws: whatever goes wrong is told, and kept for the status; the run stands.
PublishedTables publish_tables_of(Repository& repository, const std::string& location,
                                  const std::string& dataset);

nlohmann::json to_json(const PublishedTables& tables);

}  // namespace forecart
