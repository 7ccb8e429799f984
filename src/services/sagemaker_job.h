#pragma once

#include "base/time.h"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace forecart {

using Tags = std::map<std::string, std::string>;

/// What a job or an endpoint runs on.
struct Machines {
  std::string type = "ml.m5.large";
  int count = 1;
  int volume_gb = 30;        ///< of jobs
  std::string kms_key = {};  ///< of the volume; empty for AWS's own
};

/// Where in a network of one's own; none where both are empty.
struct JobNetwork {
  std::vector<std::string> subnets = {};
  std::vector<std::string> security_groups = {};
  bool isolated = false;  ///< the container reaches nobody
};

/// Below which of S3 the machines of a job find their input.
struct TrainingChannel {
  std::string name = {};  ///< the folder below /opt/ml/input/data
  std::string s3 = {};    ///< s3://bucket/prefix
  std::string content_type = {};
  bool sharded = false;       ///< each machine gets a part of the keys, not all
  std::string mode = "File";  ///< File, FastFile or Pipe
};

/// One number that SageMaker finds in the log of a training.
struct MetricPattern {
  std::string name = {};
  std::string regex = {};
};

struct TrainingJob {
  std::string name = {};   ///< unique in the account and region for good
  std::string image = {};  ///< address in ECR
  std::string role = {};   ///< ARN that the job acts as
  std::map<std::string, std::string> hyperparameters = {};
  std::map<std::string, std::string> environment = {};
  std::vector<TrainingChannel> channels = {};
  std::vector<MetricPattern> metrics = {};
  std::string output = {};       ///< s3://bucket/prefix of model.tar.gz
  std::string output_key = {};   ///< of KMS; empty for AWS's own
  std::string checkpoints = {};  ///< s3://bucket/prefix, kept in step with /opt/ml/checkpoints
  Machines machines = {};
  JobNetwork network = {};
  std::chrono::seconds most_time{3600};
  /// Waits so long for spot machines, training included; nothing: machines on demand.
  std::optional<std::chrono::seconds> spot_wait = {};
  Tags tags = {};
};

struct ProcessingInput {
  std::string name = {};
  std::string s3 = {};
  std::string path = {};  ///< below /opt/ml/processing
  bool sharded = false;
};

struct ProcessingOutput {
  std::string name = {};
  std::string s3 = {};
  std::string path = {};
  bool continuous = false;  ///< files go as they are written, not at the end
};

struct ProcessingJob {
  std::string name = {};
  std::string image = {};
  std::string role = {};
  std::vector<std::string> entrypoint = {};
  std::vector<std::string> arguments = {};
  std::map<std::string, std::string> environment = {};
  std::vector<ProcessingInput> inputs = {};
  std::vector<ProcessingOutput> outputs = {};
  std::string output_key = {};
  Machines machines = {};
  JobNetwork network = {};
  std::chrono::seconds most_time{3600};
  Tags tags = {};
};

/// A container with a model.tar.gz in it.
struct HostedModel {
  std::string name = {};
  std::string image = {};
  std::string role = {};
  std::string data = {};  ///< s3://bucket/key of model.tar.gz; empty for none
  std::map<std::string, std::string> environment = {};
  JobNetwork network = {};
  Tags tags = {};
};

/// Machines that come with the calls.
struct Serverless {
  int memory_mb = 2048;
  int most_at_once = 5;
};

/// One model behind an endpoint, on machines or without.
struct EndpointConfig {
  std::string name = {};
  std::string model = {};
  std::string variant = "AllTraffic";
  Machines machines = {};
  std::optional<Serverless> serverless = {};  ///< in place of the machines
  std::string kms_key = {};
  Tags tags = {};
};

enum class JobState { running, stopping, completed, failed, stopped };

/// As SageMaker writes it, as in "InProgress".
const char* to_string(JobState state);
/// `running` for what is not known.
JobState job_state(const std::string& text);
bool is_over(JobState state);

struct JobStatus {
  JobState state = JobState::running;
  std::string failure = {};  ///< what /opt/ml/output/failure said, and why a job was not started
  std::string exit_message = {};  ///< of a processing job
  std::optional<Instant> made = {};
  std::optional<Instant> begun = {};
  std::optional<Instant> ended = {};
};

struct TrainingStatus : JobStatus {
  std::string step = {};   ///< as in "Downloading", "Training", "Interrupted"
  std::string model = {};  ///< s3://… of model.tar.gz
  std::chrono::seconds trained{0};
  std::chrono::seconds billed{0};              ///< what spot machines save is left out
  std::map<std::string, double> metrics = {};  ///< the last of each
};

struct EndpointStatus {
  std::string state = {};  ///< as in "Creating", "InService", "Failed"
  std::string config = {};
  std::string failure = {};
  bool in_service() const { return state == "InService"; }
};

/// One line of a list.
struct JobSummary {
  std::string name = {};
  std::string arn = {};
  JobState state = JobState::running;
  std::optional<Instant> made = {};
  std::optional<Instant> ended = {};
};

}  // namespace forecart
