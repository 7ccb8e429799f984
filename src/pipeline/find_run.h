#pragma once

#include "pipeline/repository.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace forecart {

/// The manifest of a run of a data set: `run` is its name, the beginning of one name only, or
/// "current". Throws Error not_found that lists the latest runs, unknown_name for a beginning of
/// several, bad_data for a manifest that is no object.
nlohmann::json find_run(const Repository& repository, const std::string& dataset,
                        const std::string& run);

/// Whether a run came to its end: neither failed nor cancelled. Throws nlohmann's exception where
/// its manifest does not say.
bool has_results(const nlohmann::json& manifest);

/// What a manifest says of a panel; null where the run did not make it, or there is no manifest.
nlohmann::json panel_in(const nlohmann::json& manifest, const std::string& name);

/// The run that a table lies at: one that goes on has the backtest of the one that proved it.
std::string run_of_table(const nlohmann::json& manifest, const std::string& table);

}  // namespace forecart
