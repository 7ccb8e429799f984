#pragma once

#include "pipeline/repository.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>

namespace forecart {

/// Per data set that a repository knows of (known_datasets): uploads, rows accepted, current run,
/// what waits or was set aside, last failure, when it was cancelled unless a run has begun since,
/// alerts and what is next; and what lies in the inbox where nobody takes it in.
/// `{"repository":..,"datasets":[{"dataset":..,"uploads":..,"rows_accepted":..,"first":..,"last":..,
/// "current_run":..,"waiting":..,"asked":..,"working":..,"dead":..,"currency":..,"settings_error":..,
/// "report_error":..,"last_failure":..,"cancelled":..,"alerts":[..],"alert_error":..,"next":..}],"strays":[..]}`.
/// Of one data set where one is named, without strays. Throws Error not_found where there is no
/// repository, unknown_name where it has no such data set.
nlohmann::json repository_status(const std::string& location, const std::string& only = "");

/// The same of one that the repository knows of.
nlohmann::json dataset_status(const Repository& repository, const std::string& dataset);

}  // namespace forecart
