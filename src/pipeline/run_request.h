#pragma once

#include "pipeline/repository.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace forecart {

/// What became of a request for a run (ask_for_run; its key without the folder, "ask-....json"), as
/// far as the store tells: `{"request":..,"state":..,"asked":..,"run":..,"error":..}`. `state` is
///   waiting    for a worker; where one has failed at it before, `error` says why, how often, and
///              when it is tried again
///   working    somebody works on the data set now, and will see to it
///   done       by `run`, the first after it that came to its end
///   failed     given up, `error` says why
///   cancelled  withdrawn, or the run was.
/// Throws Error not_found for what is no request, or one that nothing tells of any more.
nlohmann::json run_request_state(const Repository& repository, const std::string& dataset,
                                 const std::string& request);

}  // namespace forecart
