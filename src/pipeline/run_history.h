#pragma once

#include "pipeline/repository.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>

namespace forecart {

/// The last runs of a data set, oldest first, with what each stage took:
/// `{"dataset":..,"runs":[{"run":..,"status":..,"current":..,"seconds":..,"core_seconds":..,
/// "error":..,"stages":[{"stage":..,"seconds":..,"core_seconds":..}]}]}`; `error` is the code of
/// one that failed, else null. Throws Error not_found where there is no repository, unknown_name
/// where it has no such data set.
nlohmann::json run_history(const std::string& location, const std::string& dataset,
                           std::size_t most);
nlohmann::json run_history(const Repository& repository, const std::string& dataset,
                           std::size_t most);

/// The same for people: a line a run, with a bar of its stages on one scale.
std::string run_history_text(const nlohmann::json& history, std::size_t width);

}  // namespace forecart
