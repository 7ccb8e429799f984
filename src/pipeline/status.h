#pragma once

#include <nlohmann/json_fwd.hpp>

#include <filesystem>

namespace forecart {

/// Per data set of a repository: uploads, rows accepted, current run, last failure and what is
/// next.
/// `{"repository":..,"datasets":[{"dataset":..,"uploads":..,"rows_accepted":..,"first":..,"last":..,
/// "current_run":..,"last_failure":..,"next":..}]}`. Throws Error not_found where there is none.
nlohmann::json repository_status(const std::string& location);

}  // namespace forecart
