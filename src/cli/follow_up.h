#pragma once

#include "cli/published_report.h"
#include "cli/published_tables.h"
#include "pipeline/dataset_work.h"

#include <string>

namespace forecart {

/// What became of what follows a published run.
struct Followed {
  PublishedReport report{};
  PublishedTables tables{};
};

/// Writes the report and the tables of a run that was published where its dataset.toml asks for
/// them. Never throws: the run stands, whatever goes wrong is told.
Followed follow_up(const std::string& location, const RunReport& run);

/// The same behind work, whose report tells what became of it: of the run that was made, or of the
/// one whose maker died before. Where another process works on the data set now, it is left to
/// that.
void follow_up(const std::string& location, WorkReport& report);

}  // namespace forecart
