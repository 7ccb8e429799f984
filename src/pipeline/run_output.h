#pragma once

#include "pipeline/repository.h"
#include "pipeline/run.h"

#include <nlohmann/json_fwd.hpp>

namespace forecart {

/// Writes the results of all panels as csv, parquet and json.
void write_run_tables(Repository& repository, const RunReport& report);

/// Stores the fitted state of every model of every panel under the hash of its content; returns
/// a list of {panel, model, key}.
nlohmann::json write_run_models(Repository& repository, const RunReport& report);

/// What the manifest says of the panels.
nlohmann::json describe_panels(const RunReport& report);

}  // namespace forecart
