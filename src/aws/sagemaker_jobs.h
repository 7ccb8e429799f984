#pragma once

#include "aws/hand_over.h"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// A job of forecart's image that reads from S3 and writes there.
struct JobPlan {
  std::string name;
  std::map<std::string, std::string> inputs{};  ///< s3://bucket/prefix by channel, or by input
  std::string output{};                         ///< s3://bucket/prefix
  std::map<std::string, std::string> hyperparameters{};  ///< of a training
  std::vector<std::string> arguments{};                  ///< of a processing, after `process`
  std::string checkpoints{};                             ///< s3://bucket/prefix; "": none
  /// Waits so long for spot machines, training included; nothing: machines on demand.
  std::optional<std::chrono::seconds> spot_wait{};
  std::chrono::seconds most_time{3600};
  int machines = 1;
  Tags tags{};
};

/// `train` on the channels, with the metrics that it tells. It reaches nobody: SageMaker brings and
/// takes what it reads and leaves. Throws Error invalid_value for inputs that are no channels, more
/// machines than one, and spot machines without checkpoints.
TrainingJob training_job(const HandOverSettings& settings, const JobPlan& plan);

/// `process` with the inputs `orders` and `config`, or `series`: files shared out over the
/// machines, `config` on all. It reaches nobody either. Throws Error invalid_value for other
/// inputs.
ProcessingJob processing_job(const HandOverSettings& settings, const JobPlan& plan);

/// `serve` of what a training left, behind an endpoint of the same name; it reaches nobody.
struct HostedEndpoint {
  HostedModel model;
  EndpointConfig config;
};
HostedEndpoint hosted_endpoint(const HandOverSettings& settings, const std::string& name,
                               const std::string& model_data, const Tags& tags = {});

}  // namespace forecart
