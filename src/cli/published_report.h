#pragma once

#include "pipeline/repository.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace forecart {

/// What became of the report of a run.
struct PublishedReport {
  std::vector<std::string> keys;  ///< none where it was not wanted, or could not be written
  std::string error;              ///< why it could not
};

/// Writes the report of a run that was published. Never throws: whatever goes wrong is told, and
/// kept for the status; the run stands.
PublishedReport publish_report_of(Repository& repository, const std::string& dataset,
                                  const std::string& run);

nlohmann::json to_json(const PublishedReport& report);

}  // namespace forecart
