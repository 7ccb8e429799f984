#pragma once

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>

namespace forecart {

/// Per data set of a repository: uploads, rows accepted, current run, last failure and what is
/// next.
/// `{"repository":..,"datasets":[{"dataset":..,"uploads":..,"rows_accepted":..,"first":..,"last":..,
/// "current_run":..,"last_failure":..,"next":..}]}`. Of one data set where one is named. Throws
/// Error not_found where there is no repository, unknown_name where it has no such data set.
nlohmann::json repository_status(const std::string& location, const std::string& only = "");

}  // namespace forecart
