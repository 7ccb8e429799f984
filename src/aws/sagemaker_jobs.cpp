#include "aws/sagemaker_jobs.h"

#include "aws/sagemaker_metrics.h"
#include "base/error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace forecart {

namespace {

using Names = std::vector<std::string>;

void require_inputs(const JobPlan& plan, const Names& known) {
  for (const auto& [name, place] : plan.inputs) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw Error(
        ErrorCode::invalid_value,
        fmt::format("'{}' is no input of such a job; there are {}", name, fmt::join(known, ", ")));
  }
}

Machines machines_of(const HandOverSettings& settings, int count) {
  Machines machines{.count = count, .kms_key = settings.kms_key};
  if (!settings.instance.empty()) machines.type = settings.instance;
  return machines;
}

JobNetwork alone(const HandOverSettings& settings) {
  JobNetwork network = settings.network;
  network.isolated = true;
  return network;
}

}  // namespace

TrainingJob training_job(const HandOverSettings& settings, const JobPlan& plan) {
  require_inputs(plan, {"train", "test", "orders", "config", "inputs"});
  if (plan.machines != 1) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("{} machines are asked for; a training takes one", plan.machines));
  }
  if (plan.spot_wait && plan.checkpoints.empty()) {
    throw Error(ErrorCode::invalid_value,
                "spot machines may go at any time; give the training a place for checkpoints");
  }
  TrainingJob job{.name = plan.name,
                  .image = settings.image,
                  .role = settings.role,
                  .hyperparameters = plan.hyperparameters,
                  .metrics = metric_patterns(),
                  .output = plan.output,
                  .output_key = settings.kms_key,
                  .checkpoints = plan.checkpoints,
                  .machines = machines_of(settings, plan.machines),
                  .network = alone(settings),
                  .most_time = plan.most_time,
                  .spot_wait = plan.spot_wait,
                  .tags = plan.tags};
  for (const auto& [name, place] : plan.inputs) job.channels.push_back({.name = name, .s3 = place});
  return job;
}

ProcessingJob processing_job(const HandOverSettings& settings, const JobPlan& plan) {
  require_inputs(plan, {"orders", "config", "series"});
  const char* const left = plan.inputs.contains("series") ? "forecasts" : "repository";
  ProcessingJob job{.name = plan.name,
                    .image = settings.image,
                    .role = settings.role,
                    .arguments = {"process"},
                    .outputs = {{.name = left,
                                 .s3 = plan.output,
                                 .path = fmt::format("/opt/ml/processing/output/{}", left)}},
                    .output_key = settings.kms_key,
                    .machines = machines_of(settings, plan.machines),
                    .network = alone(settings),
                    .most_time = plan.most_time,
                    .tags = plan.tags};
  job.arguments.insert(job.arguments.end(), plan.arguments.begin(), plan.arguments.end());
  for (const auto& [name, place] : plan.inputs) {
    job.inputs.push_back({.name = name,
                          .s3 = place,
                          .path = fmt::format("/opt/ml/processing/input/{}", name),
                          .sharded = name != "config"});
  }
  return job;
}

HostedEndpoint hosted_endpoint(const HandOverSettings& settings, const std::string& name,
                               const std::string& model_data, const Tags& tags) {
  return {.model = {.name = name,
                    .image = settings.image,
                    .role = settings.role,
                    .data = model_data,
                    .network = alone(settings),
                    .tags = tags},
          .config = {.name = name,
                     .model = name,
                     .machines = machines_of(settings, 1),
                     .kms_key = settings.kms_key,
                     .tags = tags}};
}

}  // namespace forecart
