#pragma once

#include "services/aws_client.h"
#include "services/aws_pages.h"
#include "services/sagemaker_job.h"

#include <optional>
#include <string>
#include <string_view>

namespace forecart {

/// Which jobs a list has: those that were made since, newest first.
struct JobQuery {
  std::string name_contains = {};
  std::optional<Instant> made_since = {};
  std::optional<JobState> state = {};
  int most = 100;
};

/// Training and processing jobs of Amazon SageMaker, and models behind endpoints: what forecart
/// uses of them. A name that is taken is a conflict (AwsError::code), which after a lost answer may
/// be this very request. Safe for several threads. Throws as AwsClient.
class SageMaker {
 public:
  explicit SageMaker(const AwsAccess& access);

  /// Each begins what it names, and gives its ARN.
  std::string create(const TrainingJob& job);
  std::string create(const ProcessingJob& job);
  std::string create(const HostedModel& model);
  std::string create(const EndpointConfig& config);
  std::string create_endpoint(const std::string& name, const std::string& config,
                              const Tags& tags = {});

  /// Nothing where there is none of that name.
  std::optional<TrainingStatus> training_job(const std::string& name);
  std::optional<JobStatus> processing_job(const std::string& name);
  std::optional<EndpointStatus> endpoint(const std::string& name);

  AwsList<JobSummary> training_jobs(const JobQuery& query);
  AwsList<JobSummary> processing_jobs(const JobQuery& query);

  void stop_training_job(const std::string& name);
  void stop_processing_job(const std::string& name);

  /// False where there was none.
  bool delete_endpoint(const std::string& name);
  bool delete_endpoint_config(const std::string& name);
  bool delete_model(const std::string& name);

 private:
  std::string create_named(const char* operation, const nlohmann::json& input, const char* arn);
  std::optional<nlohmann::json> describe(const char* kind, const char* member,
                                         const std::string& name);
  AwsList<JobSummary> jobs(const std::string& kind, const JobQuery& query);
  bool remove(const char* operation, const char* member, const std::string& name);

  AwsClient client_;
};

/// What an endpoint answers.
struct Invocation {
  std::string body = {};
  std::string content_type = {};
  std::string variant = {};  ///< that was asked
};

/// Endpoints that SageMaker serves: InvokeEndpoint. Safe for several threads.
class SageMakerRuntime {
 public:
  explicit SageMakerRuntime(const AwsAccess& access);

  /// Throws as AwsClient, and Error invalid_value for what is no name of an endpoint.
  Invocation invoke(const std::string& endpoint, std::string body,
                    const std::string& content_type = "application/json",
                    const std::string& accept = "application/json");

 private:
  AwsClient client_;
};

}  // namespace forecart
