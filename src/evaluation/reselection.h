#pragma once

#include "evaluation/election.h"
#include "evaluation/fitted_selection.h"

#include <memory>
#include <vector>

namespace forecart {

/// Fits a selection again to all of the task's panel: series to re-estimate keep models and
/// weights, those to select anew get what their seats want first (a seat per series, looked at only
/// for them), the others go on. A member that pools is trained anew where it is newly wanted, or
/// where a third of the series that it forecasts are to be re-estimated, and then for all of them.
/// In the end `decisions` tell what was done. `kept` knows every series of the panel.
std::unique_ptr<Fitted> reselect(SelectionParts kept, std::vector<Retraining>& decisions,
                                 const std::vector<Seat>& seats,
                                 const std::vector<ModelPtr>& models, const SelectionTask& task);

}  // namespace forecart
