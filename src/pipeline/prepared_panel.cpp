#include "pipeline/prepared_panel.h"

#include "models/net/kernel.h"
#include "pipeline/dataset_panel.h"
#include "pipeline/run_options.h"
#include "pipeline/sales.h"
#include "pipeline/saved_forecast.h"

#include <utility>

namespace forecart {

namespace {

/// Steps about the end of a series that forecasts are made for, in the proof and after it.
KnownSteps known_steps(const Panel& panel, BacktestOptions options) {
  options.windows = possible_windows(panel, options);
  return {options.windows > 0 ? options.steps_after(0) : 0, options.horizon};
}

void add_notes(std::vector<std::string>& notes, const std::vector<std::string>& more) {
  notes.insert(notes.end(), more.begin(), more.end());
}

/// What is known beside the panel.
void load_beside(const PanelOrigin& origin, const PanelConfig& config, PreparedPanel& panel) {
  const std::string& dataset = origin.request.dataset;
  panel.inputs =
      load_inputs(origin.repository, dataset, origin.dataset, config.name, panel.loaded.panel,
                  known_steps(panel.loaded.panel, panel.options.backtest));
  panel.options.covariates = std::move(panel.inputs.covariates);
  panel.options.availability = panel.inputs.availability;
  panel.options.hierarchy = panel.loaded.hierarchy;
  add_notes(panel.loaded.notes, panel.inputs.notes);
  if (!panel.choice.warm_start) return;
  RunStates states =
      states_of_current_run(origin.repository, dataset, config.name, panel.inputs.availability);
  panel.options.earlier = std::move(states.states);
  add_notes(panel.loaded.notes, states.notes);
}

}  // namespace

RunSource read_source(const Repository& repository, const RunRequest& request) {
  RunSource source{read_config(repository, request.dataset),
                   input_hashes(repository, request.dataset)};
  find_panel(source.dataset, "");  // at least one is declared
  require_orders(request, source.hashes);
  check_request(request);
  net::choose_kernel(request.choice.kernel);
  return source;
}

PreparedPanel prepare_panel(const PanelOrigin& origin, const PanelConfig& config) {
  PreparedPanel panel{cut_panel(origin.repository, origin.request.dataset, origin.hashes, config,
                                origin.request.keep_partial),
                      {},
                      {},
                      {}};
  panel.choice = choice_for(origin.request, config, panel.loaded.panel);
  panel.options = panel_run_options(panel.choice, panel.loaded.panel, *origin.request.progress);
  load_beside(origin, config, panel);
  return panel;
}

}  // namespace forecart
