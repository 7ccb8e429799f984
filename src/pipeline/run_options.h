#pragma once

#include "pipeline/run.h"

#include <nlohmann/json_fwd.hpp>

namespace forecart {

/// What a run was told, as its manifest keeps it: everything that may change its forecasts, apart
/// from the seed.
nlohmann::json options_json(const RunRequest& request);

/// The request of the run with this manifest, but for repository and threads: its data set,
/// options, seed and kernel. What runs of older programs do not tell is as usual. Throws Error
/// unknown_name or invalid_value, or nlohmann's exception, for a manifest that cannot be right.
RunRequest request_of(const nlohmann::json& manifest);

}  // namespace forecart
