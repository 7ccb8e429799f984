#pragma once

#include "aws/deadline.h"
#include "aws/lambda_work.h"
#include "aws/step_event.h"

#include <nlohmann/json.hpp>

#include <string>

namespace forecart {

/// What became of a step.
struct StepOutcome {
  nlohmann::json answer{};
  LambdaOutcome work{};  ///< of steps that work on the data set, for log and metrics
  std::string error{};   ///< "" for done, else the code of why not, by which a state machine
                         ///< retries: that of an Error, or kTimeIsUp
  /// For the history of an execution: code and what to do, never what stands in files or settings.
  std::string message{};
};

/// What was begun goes on when the step is done again, but for publishing.
inline constexpr const char* kTimeIsUp = "time_is_up";

/// Does one step of the state machine (deploy/aws/templates/state-machine.json) on the data set:
/// - ingest: takes in the inbox, and brings sales up to date; files that cannot be read are named,
///   and stay for the next time;
/// - plan: see make_run_plan;
/// - train: fits a shard of the plan's run (fit_share);
/// - publish: makes the run that was asked for out of what the shards have fitted, publishes it,
///   and removes the plan;
/// - fail: keeps why the others have failed, unless that is known already.
/// Each may be done any number of times. Why one has failed for good is kept for the data set.
StepOutcome do_step(const LambdaOptions& options, const StepEvent& event, const Deadline& deadline);

}  // namespace forecart
