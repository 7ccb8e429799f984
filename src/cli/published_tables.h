#pragma once

#include "pipeline/dataset_work.h"
#include "pipeline/run.h"

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

/// Writes the tables of a run that was published where [quicksight] of its dataset.toml asks for
/// them, and has QuickSight take them in where it knows the data set. Never throws: whatever goes
/// wrong is told, and kept for the status; the run stands.
PublishedTables publish_tables_of(const std::string& location, const RunReport& run);

nlohmann::json to_json(const PublishedTables& tables);

/// The same behind work that has made a run, whose report tells what became of it.
void follow_with_tables(const std::string& location, WorkReport& report);

}  // namespace forecart
