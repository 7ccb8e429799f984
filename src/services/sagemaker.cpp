#include "services/sagemaker.h"

#include "services/aws_json.h"
#include "services/aws_services.h"
#include "services/sagemaker_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>

namespace forecart {

namespace {

using nlohmann::json;

constexpr int kPageSize = 100;  // the most that the service gives

/// It says so in a code of its own only of some kinds.
bool is_missing(const AwsError& error) {
  if (error.code() == ErrorCode::not_found) return true;
  return error.aws_code() == "ValidationException" &&
         (error.told().find("not find") != std::string::npos ||
          error.told().find("not found") != std::string::npos);
}

json list_request(const JobQuery& query, const std::string& token) {
  json request{{"MaxResults", std::clamp(query.most, 1, kPageSize)},
               {"SortBy", "CreationTime"},
               {"SortOrder", "Descending"}};
  if (!query.name_contains.empty()) request["NameContains"] = query.name_contains;
  if (query.state) request["StatusEquals"] = to_string(*query.state);
  if (query.made_since) {
    request["CreationTimeAfter"] =
        std::chrono::duration<double>(query.made_since->time_since_epoch()).count();
  }
  if (!token.empty()) request["NextToken"] = token;
  return request;
}

void check_endpoint_name(const std::string& name) {
  const bool right = !name.empty() && name.size() <= 63 &&
                     std::all_of(name.begin(), name.end(), [](unsigned char c) {
                       return (c < 0x80 && std::isalnum(c) != 0) || c == '-';
                     });
  if (right) return;
  throw Error(ErrorCode::invalid_value,
              fmt::format("'{}' is no name of an endpoint: letters, digits and '-', at most 63",
                          name.substr(0, 100)));
}

}  // namespace

SageMaker::SageMaker(const AwsAccess& access) : client_(kSageMaker, access) {}

std::string SageMaker::create_named(const char* operation, const json& input, const char* arn) {
  return aws_text(client_.call(operation, input), arn);
}

std::string SageMaker::create(const TrainingJob& job) {
  return create_named("CreateTrainingJob", training_request(job), "TrainingJobArn");
}

std::string SageMaker::create(const ProcessingJob& job) {
  return create_named("CreateProcessingJob", processing_request(job), "ProcessingJobArn");
}

std::string SageMaker::create(const HostedModel& model) {
  return create_named("CreateModel", model_request(model), "ModelArn");
}

std::string SageMaker::create(const EndpointConfig& config) {
  return create_named("CreateEndpointConfig", endpoint_config_request(config), "EndpointConfigArn");
}

std::string SageMaker::create_endpoint(const std::string& name, const std::string& config,
                                       const Tags& tags) {
  json request{{"EndpointName", name}, {"EndpointConfigName", config}};
  if (!tags.empty()) request["Tags"] = tag_list(tags);
  return create_named("CreateEndpoint", request, "EndpointArn");
}

std::optional<json> SageMaker::describe(const char* kind, const char* member,
                                        const std::string& name) {
  try {
    return client_.call(fmt::format("Describe{}", kind), {{member, name}});
  } catch (const AwsError& error) {
    if (is_missing(error)) return std::nullopt;
    throw;
  }
}

std::optional<TrainingStatus> SageMaker::training_job(const std::string& name) {
  const auto answer = describe("TrainingJob", "TrainingJobName", name);
  if (!answer) return std::nullopt;
  return parse_training_status(*answer);
}

std::optional<JobStatus> SageMaker::processing_job(const std::string& name) {
  const auto answer = describe("ProcessingJob", "ProcessingJobName", name);
  if (!answer) return std::nullopt;
  return parse_processing_status(*answer);
}

std::optional<EndpointStatus> SageMaker::endpoint(const std::string& name) {
  const auto answer = describe("Endpoint", "EndpointName", name);
  if (!answer) return std::nullopt;
  return parse_endpoint_status(*answer);
}

AwsList<JobSummary> SageMaker::jobs(const std::string& kind, const JobQuery& query) {
  AwsList<JobSummary> list;
  const std::string members = kind + "Summaries";
  const std::size_t most = static_cast<std::size_t>(std::max(query.most, 1));
  const int pages = (std::max(query.most, 1) + kPageSize - 1) / kPageSize;
  list.complete = each_page(pages, [&](const std::string& token) {
    const json answer = client_.call(fmt::format("List{}s", kind), list_request(query, token));
    for (const json& summary : aws_list(answer, members.c_str())) {
      list.items.push_back(parse_job_summary(summary, kind));
    }
    return aws_text(answer, "NextToken");
  });
  if (list.items.size() > most) {
    list.items.resize(most);
    list.complete = false;
  }
  return list;
}

AwsList<JobSummary> SageMaker::training_jobs(const JobQuery& query) {
  return jobs("TrainingJob", query);
}

AwsList<JobSummary> SageMaker::processing_jobs(const JobQuery& query) {
  return jobs("ProcessingJob", query);
}

void SageMaker::stop_training_job(const std::string& name) {
  client_.call("StopTrainingJob", {{"TrainingJobName", name}});
}

void SageMaker::stop_processing_job(const std::string& name) {
  client_.call("StopProcessingJob", {{"ProcessingJobName", name}});
}

bool SageMaker::remove(const char* operation, const char* member, const std::string& name) {
  try {
    client_.call(operation, {{member, name}});
    return true;
  } catch (const AwsError& error) {
    if (is_missing(error)) return false;
    throw;
  }
}

bool SageMaker::delete_endpoint(const std::string& name) {
  return remove("DeleteEndpoint", "EndpointName", name);
}

bool SageMaker::delete_endpoint_config(const std::string& name) {
  return remove("DeleteEndpointConfig", "EndpointConfigName", name);
}

bool SageMaker::delete_model(const std::string& name) {
  return remove("DeleteModel", "ModelName", name);
}

SageMakerRuntime::SageMakerRuntime(const AwsAccess& access) : client_(kSageMakerRuntime, access) {}

Invocation SageMakerRuntime::invoke(const std::string& endpoint, std::string body,
                                    const std::string& content_type, const std::string& accept) {
  check_endpoint_name(endpoint);
  HttpResponse response = client_.send(
      {.operation = "InvokeEndpoint",
       .path = fmt::format("/endpoints/{}/invocations", endpoint),
       .headers = {{"content-type", content_type}, {"accept", accept}},
       .body = std::move(body),
       // the service itself gives the container a minute
       .patience = {.deadline = std::chrono::seconds(90), .answer_time = std::chrono::seconds(70)},
       .most_bytes = 32 << 20});
  return {std::move(response.body), response.header("content-type"),
          response.header("x-amzn-invoked-production-variant")};
}

}  // namespace forecart
