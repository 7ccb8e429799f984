#pragma once

#include "pipeline/panel_source.h"
#include "pipeline/repository.h"
#include "pipeline/run.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// What determines a run: the hashes of its files, ascending, and how it was asked for.
struct RunInputs {
  const RunRequest& request;
  std::vector<std::string> hashes;
};

/// The manifest of the current run where it was made of the same by this program: it need not be
/// made again. Else nothing.
std::optional<nlohmann::json> finished_run(const Repository& repository, const RunInputs& inputs);

/// As run_dataset, of the series of a long table in place of orders: proves, forecasts, writes
/// tables, states and the manifest, which it gives, and moves the pointer.
nlohmann::json run_table(Repository& repository, const RunInputs& inputs, LoadedPanel loaded);

}  // namespace forecart
