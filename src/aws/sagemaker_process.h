#pragma once

#include "aws/sagemaker_place.h"
#include "pipeline/dataset_work.h"
#include "pipeline/panel_source.h"
#include "pipeline/run.h"
#include "pipeline/stored_pieces.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// A processing job: what its arguments and its environment say.
struct ProcessingRequest {
  SagemakerPlace place;
  std::string repository;        ///< "": a new one, the job's output `repository`
  RunRequest run;                ///< its data set; how series are forecast
  PanelRequest table;            ///< how series are read
  std::string plan{};            ///< of a state machine, which the job does a step for: to publish,
  std::optional<Share> shard{};  ///< or to train this shard of it
  /// What is to follow where a run was made.
  std::function<void(WorkReport&)> follow = [](WorkReport&) {};
};

struct ProcessingOutcome {
  std::string told{};                   ///< for people, with nothing that stands in files
  std::vector<std::string> failures{};  ///< "april.csv [bad_data]": what was left out, and why
};

/// What one machine of a processing job has to do, by the job's inputs:
/// - `orders`: cleans the order files of this machine into the repository, a record for each, by
/// the
///   dataset.toml of the input `config`;
/// - `series`: forecasts each long table of this machine by itself, into the output `forecasts`;
/// - none, with a plan: the step of it (do_step);
/// - none: does what waits for the data set in the repository, as `forecart work`, on the first
///   machine.
/// What several machines leave, put together, are the bytes that one leaves. Throws Error for a job
/// that cannot be done at all; Interrupted where it is asked to end.
ProcessingOutcome process(const ProcessingRequest& request);

}  // namespace forecart
