#pragma once

#include "pipeline/model_choice.h"

#include <string>
#include <vector>

namespace forecart {

/// Core-seconds of all models of a panel.
struct ProbedSeconds {
  double fit = 0;     ///< of one fit of each
  double window = 0;  ///< of one rolling origin
};

/// Fits every model and forecasts once: all series of a panel of up to 40, else samples of 10 and
/// of 40, whose times tell how they grow. Costs as much as one fit of a run or less.
ProbedSeconds probe_models(const ModelChoice& choice, const std::vector<std::string>& models,
                           const Panel& panel);

/// `count` series of a panel, evenly spread.
Panel sample_of(const Panel& panel, Eigen::Index count);

}  // namespace forecart
