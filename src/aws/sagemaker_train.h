#pragma once

#include "aws/sagemaker_place.h"
#include "pipeline/panel_source.h"
#include "pipeline/run.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace forecart {

/// A training job: what its hyperparameters say; what it is trained on lies in its channels.
struct TrainingRequest {
  SagemakerPlace place;
  RunRequest run;      ///< its repository and folder of trainings are those of the checkpoints
  PanelRequest table;  ///< how series are read, where the channel `train` has them
};

struct TrainingOutcome {
  std::string run;
  bool resumed = false;            ///< an earlier start had made it already
  nlohmann::json best;             ///< best_scores
  nlohmann::json test;             ///< test_scores; null without the channel
  std::vector<std::string> notes;  ///< for people
};

/// Proves models, and leaves what forecasts below model/ and what was found below output/data/. The
/// channel `train` has long tables or lines of JSON (load_channel); or `orders` has raw orders,
/// with a dataset.toml among them or in the channel `config`, and `inputs` the tables it declares.
/// All of the work is kept below checkpoints/: a start that finds it there goes on, to the same
/// bytes. Throws Error for what it cannot be trained on; Interrupted where it is asked to end.
TrainingOutcome train(const TrainingRequest& request);

}  // namespace forecart
