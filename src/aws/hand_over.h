#pragma once

#include "net/credentials.h"
#include "pipeline/repository.h"
#include "services/sagemaker.h"

#include "cost/usage.h"

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// Where work goes that is too large for a function: processing jobs of SageMaker.
struct HandOverSettings {
  std::string image;       ///< forecart's container in ECR
  std::string role;        ///< ARN that jobs act as
  std::string instance{};  ///< empty: the cheapest of the price list that is large enough
  JobNetwork network{};
  std::string kms_key{};  ///< of the job's volume
  /// How the store is reached and whom alerts go to, with no secret but the name of one.
  std::map<std::string, std::string> environment{};
  std::chrono::seconds most_time{86'400};
};

/// FORECART_SAGEMAKER_IMAGE and FORECART_SAGEMAKER_ROLE, and FORECART_SAGEMAKER_INSTANCE, _SUBNETS,
/// _SECURITY_GROUPS (joined by commas) and _KMS_KEY; what jobs are to know of the environment.
/// Nothing where neither of the first two is set. Throws Error invalid_value where one of two is
/// missing that belong together.
std::optional<HandOverSettings> hand_over_settings(const Environment& environment);

/// The latest job that a data set's work was handed to.
struct HandedJob {
  std::string name{};  ///< empty where there was none
  Instant begun{};
  bool is_running = false;  ///< or is being begun
  /// Why it has ended without doing it, in SageMaker's words, which is told once; else empty.
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

/// Hands the work that waits for data sets to jobs, each data set's to one at a time. Calls throw
/// AwsError, and as the store does.
class HandOver {
 public:
  HandOver(HandOverSettings settings, const AwsAccess& access);

  HandedJob look(Repository& repository, const std::string& dataset);
  /// Begins a job after the one that `look` has shown, and gives its name; nothing where another
  /// call was faster. Throws as prices_for too.
  std::optional<std::string> begin(Repository& repository, const LargeWork& work,
                                   const HandedJob& before);

 private:
  ProcessingJob job_for(const std::string& name, const LargeWork& work,
                        const std::string& instance) const;

  HandOverSettings settings_;
  SageMaker sagemaker_;
};

}  // namespace forecart
