#pragma once

#include "pipeline/continued_run.h"
#include "pipeline/dataset_inputs.h"
#include "pipeline/model_choice.h"
#include "pipeline/panel_source.h"
#include "pipeline/run.h"

#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// Core-seconds of all models of a panel.
struct ProbedSeconds {
  double fit = 0;     ///< of one fit of each
  double window = 0;  ///< of one rolling origin
};

/// Fits every model and forecasts once: all series of a panel of up to 80, else two samples, of 40
/// and of half of them or 160, between which the time is taken to grow evenly. Costs about as much
/// as one fit of a run, and of a large panel less; `progress` says which model is being tried.
ProbedSeconds probe_models(const ModelChoice& choice, const std::vector<std::string>& models,
                           const Panel& panel, Progress& progress);

/// A panel as a run is going to have it.
struct ProbedPanel {
  const PanelConfig& config;
  const LoadedPanel& loaded;
  const PanelInputs& inputs;
};

/// Core-seconds of going on from the earlier run as continue_panel does, but that nothing is fitted
/// again which that would not fit each time; done once in memory, with the series that the run
/// knows. Nothing where its states cannot be used, and why in `reason`.
std::optional<double> probe_moving(const RunRequest& request, const EarlierRun& earlier,
                                   const ProbedPanel& panel, std::string& reason);

/// `count` series of a panel, evenly spread.
Panel sample_of(const Panel& panel, Eigen::Index count);

}  // namespace forecart
