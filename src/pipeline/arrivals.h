#pragma once

#include "pipeline/repository.h"
#include "store/location.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace forecart {

/// What arrived at each data set of a repository, or at one of them: uploads with their files,
/// files that wait in the inbox, and dead letters, which are files and requests that were given up.
/// `[{"dataset":..,"uploads":[{"upload":..,"files":[{"name":..,"hash":..,"rows_accepted":..}]}],
/// "waiting":[{"key":..,"bytes":..,"since":..}],"asked":..,
/// "dead":[{"key":..,"code":..,"message":..,"at":..}]}]`. Throws Error not_found, unknown_name.
nlohmann::json list_arrivals(const StoreLocation& repository, const std::string& dataset = "");

/// The same of what waits and what was given up, of one data set: `{"waiting":[..],"asked":..,
/// "dead":[..]}`.
nlohmann::json unsettled_arrivals(const Repository& repository, const std::string& dataset);

/// Keys of the records of a data set's dead letters: beside a file, or those of requests.
std::vector<std::string> dead_letters(const Repository& repository, const std::string& dataset);

/// Puts dead letters back: files to where they lay in the inbox, unless another one lies there
/// (those above 64 MB beside that, under a name of their own), and requests to the queue. Returns
/// the keys of those that went back. A process that dies leaves nothing lost; a file that comes
/// back twice counts once.
std::vector<std::string> retry_dead_letters(const StoreLocation& repository,
                                            const std::string& dataset = "");

}  // namespace forecart
