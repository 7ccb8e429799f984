#include "services/sagemaker_json.h"

#include "services/aws_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {

namespace {

using nlohmann::json;
using std::chrono::seconds;

const char* distribution(bool sharded) {
  return sharded ? "ShardedByS3Key" : "FullyReplicated";
}

/// Only what is said: the service refuses empty values.
template <typename Value>
void set(json& object, const char* name, const Value& value) {
  if (!value.empty()) object[name] = value;
}

void set_network(json& object, const JobNetwork& network) {
  if (network.isolated) object["EnableNetworkIsolation"] = true;
  if (network.subnets.empty()) return;
  object["VpcConfig"] = {{"Subnets", network.subnets},
                         {"SecurityGroupIds", network.security_groups}};
}

json machines_json(const Machines& machines) {
  json object{{"InstanceType", machines.type},
              {"InstanceCount", machines.count},
              {"VolumeSizeInGB", machines.volume_gb}};
  set(object, "VolumeKmsKeyId", machines.kms_key);
  return object;
}

json channel_json(const TrainingChannel& channel) {
  json object{{"ChannelName", channel.name},
              {"InputMode", channel.mode},
              {"DataSource",
               {{"S3DataSource",
                 {{"S3DataType", "S3Prefix"},
                  {"S3Uri", channel.s3},
                  {"S3DataDistributionType", distribution(channel.sharded)}}}}}};
  set(object, "ContentType", channel.content_type);
  return object;
}

json algorithm_json(const TrainingJob& job) {
  json object{{"TrainingImage", job.image}, {"TrainingInputMode", "File"}};
  json patterns = json::array();
  for (const MetricPattern& metric : job.metrics) {
    patterns.push_back({{"Name", metric.name}, {"Regex", metric.regex}});
  }
  set(object, "MetricDefinitions", patterns);
  return object;
}

void set_stopping(json& object, const TrainingJob& job) {
  json& stopping = object["StoppingCondition"] = {{"MaxRuntimeInSeconds", job.most_time.count()}};
  if (!job.spot_wait) return;
  object["EnableManagedSpotTraining"] = true;
  stopping["MaxWaitTimeInSeconds"] = std::max(*job.spot_wait, job.most_time).count();
}

json input_json(const ProcessingInput& input) {
  return {{"InputName", input.name},
          {"S3Input",
           {{"S3Uri", input.s3},
            {"LocalPath", input.path},
            {"S3DataType", "S3Prefix"},
            {"S3InputMode", "File"},
            {"S3DataDistributionType", distribution(input.sharded)}}}};
}

json output_json(const ProcessingOutput& output) {
  return {{"OutputName", output.name},
          {"S3Output",
           {{"S3Uri", output.s3},
            {"LocalPath", output.path},
            {"S3UploadMode", output.continuous ? "Continuous" : "EndOfJob"}}}};
}

template <typename Items, typename ToJson>
json list_of(const Items& items, ToJson to_json) {
  json list = json::array();
  for (const auto& item : items) list.push_back(to_json(item));
  return list;
}

void read_times(const json& answer, const char* begun, const char* ended, JobStatus& status) {
  status.made = aws_instant(answer, "CreationTime");
  status.begun = aws_instant(answer, begun);
  status.ended = aws_instant(answer, ended);
  status.failure = aws_text(answer, "FailureReason");
}

}  // namespace

json tag_list(const Tags& tags) {
  return list_of(tags, [](const auto& tag) {
    return json{{"Key", tag.first}, {"Value", tag.second}};
  });
}

json training_request(const TrainingJob& job) {
  json request{{"TrainingJobName", job.name},
               {"RoleArn", job.role},
               {"AlgorithmSpecification", algorithm_json(job)},
               {"OutputDataConfig", {{"S3OutputPath", job.output}}},
               {"ResourceConfig", machines_json(job.machines)}};
  set(request["OutputDataConfig"], "KmsKeyId", job.output_key);
  set(request, "HyperParameters", job.hyperparameters);
  set(request, "Environment", job.environment);
  set(request, "InputDataConfig", list_of(job.channels, channel_json));
  set(request, "Tags", tag_list(job.tags));
  if (!job.checkpoints.empty()) request["CheckpointConfig"] = {{"S3Uri", job.checkpoints}};
  set_stopping(request, job);
  set_network(request, job.network);
  return request;
}

json processing_request(const ProcessingJob& job) {
  json application{{"ImageUri", job.image}};
  set(application, "ContainerEntrypoint", job.entrypoint);
  set(application, "ContainerArguments", job.arguments);
  json request{{"ProcessingJobName", job.name},
               {"RoleArn", job.role},
               {"AppSpecification", application},
               {"ProcessingResources", {{"ClusterConfig", machines_json(job.machines)}}},
               {"StoppingCondition", {{"MaxRuntimeInSeconds", job.most_time.count()}}}};
  set(request, "Environment", job.environment);
  set(request, "ProcessingInputs", list_of(job.inputs, input_json));
  if (!job.outputs.empty()) {
    request["ProcessingOutputConfig"] = {{"Outputs", list_of(job.outputs, output_json)}};
    set(request["ProcessingOutputConfig"], "KmsKeyId", job.output_key);
  }
  json network = json::object();
  set_network(network, job.network);
  set(request, "NetworkConfig", network);
  set(request, "Tags", tag_list(job.tags));
  return request;
}

json model_request(const HostedModel& model) {
  json container{{"Image", model.image}};
  set(container, "ModelDataUrl", model.data);
  set(container, "Environment", model.environment);
  json request{
      {"ModelName", model.name}, {"ExecutionRoleArn", model.role}, {"PrimaryContainer", container}};
  set_network(request, model.network);
  set(request, "Tags", tag_list(model.tags));
  return request;
}

json endpoint_config_request(const EndpointConfig& config) {
  json variant{{"VariantName", config.variant}, {"ModelName", config.model}};
  if (config.serverless) {
    variant["ServerlessConfig"] = {{"MemorySizeInMB", config.serverless->memory_mb},
                                   {"MaxConcurrency", config.serverless->most_at_once}};
  } else {
    variant["InstanceType"] = config.machines.type;
    variant["InitialInstanceCount"] = config.machines.count;
    variant["InitialVariantWeight"] = 1.0;
  }
  json request{{"EndpointConfigName", config.name}, {"ProductionVariants", {variant}}};
  set(request, "KmsKeyId", config.kms_key);
  set(request, "Tags", tag_list(config.tags));
  return request;
}

TrainingStatus parse_training_status(const json& answer) {
  TrainingStatus status;
  status.state = job_state(aws_text(answer, "TrainingJobStatus"));
  read_times(answer, "TrainingStartTime", "TrainingEndTime", status);
  status.step = aws_text(answer, "SecondaryStatus");
  status.model = aws_text(aws_object(answer, "ModelArtifacts"), "S3ModelArtifacts");
  status.trained = seconds(aws_count(answer, "TrainingTimeInSeconds"));
  status.billed = seconds(aws_count(answer, "BillableTimeInSeconds"));
  for (const json& metric : aws_list(answer, "FinalMetricDataList")) {
    if (!metric.is_object() || !metric.contains("Value") || !metric["Value"].is_number()) continue;
    status.metrics[aws_text(metric, "MetricName")] = metric["Value"].get<double>();
  }
  return status;
}

JobStatus parse_processing_status(const json& answer) {
  JobStatus status;
  status.state = job_state(aws_text(answer, "ProcessingJobStatus"));
  read_times(answer, "ProcessingStartTime", "ProcessingEndTime", status);
  status.exit_message = aws_text(answer, "ExitMessage");
  return status;
}

EndpointStatus parse_endpoint_status(const json& answer) {
  return {.state = aws_text(answer, "EndpointStatus"),
          .config = aws_text(answer, "EndpointConfigName"),
          .failure = aws_text(answer, "FailureReason")};
}

JobSummary parse_job_summary(const json& summary, const std::string& kind) {
  const auto text = [&](const char* end) { return aws_text(summary, (kind + end).c_str()); };
  return {.name = text("Name"),
          .arn = text("Arn"),
          .state = job_state(text("Status")),
          .made = aws_instant(summary, "CreationTime"),
          .ended = aws_instant(summary,
                               kind == "TrainingJob" ? "TrainingEndTime" : "ProcessingEndTime")};
}

}  // namespace forecart
