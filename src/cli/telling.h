#pragma once

#include "pipeline/panel_run.h"

#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace forecart {

// What commands say on stderr beside their results.

/// All that should be known about the regression before the work begins.
void tell_terms(ModelRegistry& registry, const PanelRunOptions& options);

/// Which series fell back or have ended and which regression terms were dropped, a few of each by
/// name.
void tell_results(const std::vector<ModelBacktest>& results);

/// What was unusual in the history, the latest few of these rows of a run.
void tell_disturbances(const nlohmann::json& rows);

}  // namespace forecart
