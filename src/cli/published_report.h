#pragma once

#include "pipeline/dataset_work.h"
#include "pipeline/run.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace forecart {

/// What became of the report of a run.
struct PublishedReport {
  std::vector<std::string> keys;  ///< none where it was not wanted, or could not be written
  std::string error;              ///< why it could not
};

/// Writes the report of a run that was published where [report] of its dataset.toml asks for it.
/// Never throws: whatever goes wrong is told, and kept for the status; the run stands.
PublishedReport publish_report_of(const std::string& location, const RunReport& run);

nlohmann::json to_json(const PublishedReport& report);

/// The same behind work that has made a run, whose report tells what became of it.
void follow_with_report(const std::string& location, WorkReport& report);

}  // namespace forecart
