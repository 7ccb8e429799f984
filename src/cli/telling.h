#pragma once

#include "pipeline/panel_run.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace forecart {

// What commands say on stderr beside their results.

/// All that should be known about the regression before the work begins.
void tell_terms(ModelRegistry& registry, const PanelRunOptions& options);

/// Which series fell back or have ended and which regression terms were dropped, a few of each by
/// name.
void tell_results(const std::vector<ModelBacktest>& results);

/// By what the forecasts of a hierarchy add up, where it was chosen by itself, given what
/// chosen_reconciliation says: "AutoSelect/auto adds up by shrinkage, chosen by past errors" and
/// the end of the line; "" for "".
std::string reconciliation_line(std::string_view model, std::string_view chosen);

/// What was unusual in the history, the latest few of these rows of a run.
void tell_disturbances(const nlohmann::json& rows);

}  // namespace forecart
