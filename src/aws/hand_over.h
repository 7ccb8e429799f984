#pragma once

#include "net/credentials.h"
#include "pipeline/repository.h"
#include "services/sagemaker.h"
#include "services/step_functions.h"

#include "cost/usage.h"
#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// Where work goes that is too large for a function: processing jobs of SageMaker, or a state
/// machine of Step Functions that shares it out to calls and jobs.
struct HandOverSettings {
  std::string state_machine{};  ///< its ARN; empty: a job, by what follows
  std::string image{};          ///< forecart's container in ECR
  std::string role{};           ///< ARN that jobs act as
  std::string instance{};       ///< empty: the cheapest of the price list that is large enough
  JobNetwork network{};
  std::string kms_key{};                             ///< of the job's volume
  std::map<std::string, std::string> environment{};  ///< see job_environment
  std::chrono::seconds most_time{86'400};
};

/// FORECART_STATE_MACHINE; FORECART_SAGEMAKER_IMAGE and FORECART_SAGEMAKER_ROLE, and
/// FORECART_SAGEMAKER_INSTANCE, _SUBNETS, _SECURITY_GROUPS (joined by commas) and _KMS_KEY; what
/// jobs are to know of the environment. Nothing where none of the first three is set. Throws Error
/// invalid_value where one of two is missing that belong together, or the first is no ARN.
std::optional<HandOverSettings> hand_over_settings(const Environment& environment);

/// What jobs are to know of the environment of whoever has them begun: the region, how the store
/// and other services are reached and whom alerts go to, with no secret but the name of one.
std::map<std::string, std::string> job_environment(const Environment& environment);

/// The latest job, or execution, that a data set's work was handed to.
struct HandedJob {
  std::string name{};  ///< empty where there was none
  Instant begun{};
  bool is_running = false;  ///< or is being begun
  /// Why it has ended without doing it, in AWS's words, which is told once; else empty.
  std::string failure{};
  std::string tag{};  ///< of its record, which is written over only as it was seen
};

/// Work that is too large for here.
struct LargeWork {
  std::string location;  ///< of the repository
  std::string dataset;
  std::string obstacle;  ///< why it is not done here
  Usage usage{};         ///< expected; chooses the instance
  std::filesystem::path prices{};
};

/// Hands the work that waits for data sets to jobs or executions, each data set's to one at a time.
/// Calls throw AwsError, and as the store does.
class HandOver {
 public:
  HandOver(HandOverSettings settings, const AwsAccess& access);

  HandedJob look(Repository& repository, const std::string& dataset);
  /// Begins a job after the one that `look` has shown, and gives its name; nothing where another
  /// call was faster. Throws as prices_for too.
  std::optional<std::string> begin(Repository& repository, const LargeWork& work,
                                   const HandedJob& before);

 private:
  /// How the one of a record stands; nothing where AWS knows none.
  std::optional<HandedJob> asked(const nlohmann::json& record);
  /// Asks for what the record says.
  void ask(const nlohmann::json& record, const LargeWork& work);
  std::string instance_for(const Repository& repository, const LargeWork& work) const;
  ProcessingJob job_for(const std::string& name, const LargeWork& work,
                        const std::string& instance) const;

  HandOverSettings settings_;
  SageMaker sagemaker_;
  StepFunctions state_machines_;
};

}  // namespace forecart
