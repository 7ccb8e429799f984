#pragma once

#include "pipeline/repository.h"

#include <string>

namespace forecart {

/// Why the report of the last published run could not be written, where [report] asks for it:
/// work/<dataset>/report.json. "" where it was written, or was not asked for yet.
std::string read_report_error(const Repository& repository, const std::string& dataset);

/// Keeps it; "" forgets it.
void keep_report_error(Repository& repository, const std::string& dataset,
                       const std::string& message);

}  // namespace forecart
