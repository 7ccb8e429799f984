#pragma once

#include "ingest/dataset_config.h"
#include "pipeline/run.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace forecart {

/// What a run was told, as its manifest keeps it: everything that may change its forecasts, apart
/// from the seed.
nlohmann::json options_json(const RunRequest& request);

/// The request of the run with this manifest, but for repository and threads: its data set,
/// options, seed and kernel. What runs of older programs do not tell is as usual. Throws Error
/// unknown_name or invalid_value, or nlohmann's exception, for a manifest that cannot be right.
RunRequest request_of(const nlohmann::json& manifest);

/// Sales are counts, whose variance grows with their mean: unless told otherwise a run fits ARIMA
/// on square roots where nothing is negative (AutoARIMA chooses itself), and with a season where
/// there is one.
ModelChoice choice_for(const RunRequest& request, const PanelConfig& config, const Panel& panel);

/// Throws as check_choice for what no panel could be made with.
void check_request(const RunRequest& request);

/// Throws Error not_found where a data set has no orders yet, whose hashes these would be.
void require_orders(const RunRequest& request, const std::vector<std::string>& hashes);

}  // namespace forecart
