#pragma once

#include "pipeline/panel_run.h"
#include "table/table.h"

#include <nlohmann/json_fwd.hpp>

namespace forecart {

/// A row per published model and series: `model, unique_id, decision, reason, history, age,
/// since_selection, error_alarm, bias_alarm, coverage_alarm, recent_loss, expected_loss, compared,
/// loss_now, loss_kept, search_seconds, estimate_seconds`. After a fit of all series the decision
/// is "select anew" for each. Of all rows those in `part`.
Table retraining_table(const PanelRun& run, Slice part);
std::size_t retraining_rows(const PanelRun& run);

/// How many series went each way, and by model what earlier refits bought; null where all series
/// were fitted.
nlohmann::json retraining_json(const PanelRun& run);

/// How the series of the best model have done since they were last estimated, as it was before this
/// run fitted any again: `{"series":..,"error_above_band":..,"coverage_drift":..}`, numbers of
/// series; null where all series were fitted.
nlohmann::json watch_json(const PanelRun& run);

/// The same as retraining_json for people, a few lines; empty where all series were fitted.
std::string retraining_text(const PanelRun& run);

}  // namespace forecart
