#pragma once

#include "evaluation/refit_budget.h"
#include "pipeline/earlier_run.h"
#include "pipeline/panel_run.h"
#include "pipeline/repository.h"
#include "pipeline/run.h"

#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// The current run of the data set where it can go on: made by this version, told the same options,
/// seed and settings (`settings` is the hash of dataset.toml), and knowing no order file that is
/// not among `hashes`. Else nothing, and why not in `reason`, which stays empty where there is no
/// run or all are to be fitted anew.
std::optional<EarlierRun> run_to_continue(const Repository& repository, const RunRequest& request,
                                          const std::string& settings,
                                          const std::vector<std::string>& hashes,
                                          std::string& reason);

/// A panel of a run as it is now.
struct ContinuedPanel {
  const std::string& name;
  const Panel& panel;
  ModelRegistry& registry;
  const PanelRunOptions& options;
  RefitBudget& budget;  ///< for this panel and those after it
};

/// Moves the states that the earlier run fitted to a panel on to its end, fits again what needs it,
/// and forecasts. New series are selected anew, those whose history has changed estimated. Nothing
/// where a state cannot be used, or where half of the series are new or much changed: then
/// all is to be fitted and proven; why in `reason`.
std::optional<PanelRun> continue_panel(const Repository& repository, const EarlierRun& earlier,
                                       const ContinuedPanel& now, std::string& reason);

}  // namespace forecart
