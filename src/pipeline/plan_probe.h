#pragma once

#include "pipeline/model_choice.h"
#include "pipeline/run.h"

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

/// Core-seconds of moving the saved states of a panel on and of forecasting, done once in memory,
/// with what reading the new orders takes.
double probe_moving(const RunRequest& request, const std::string& panel);

/// `count` series of a panel, evenly spread.
Panel sample_of(const Panel& panel, Eigen::Index count);

}  // namespace forecart
