#pragma once

#include "aws/sagemaker_model.h"

#include "http/service.h"

#include <cstdint>
#include <memory>
#include <string>

namespace forecart {

/// What an endpoint answers, and how much of it at once.
struct ServingOptions {
  std::shared_ptr<const TrainedModel> model{};  ///< null: requests say what a training would know
  InvocationLimits limits{};
  std::int64_t most_bytes = 6 << 20;  ///< of a request: what an endpoint gets at most
  unsigned at_once = 0;               ///< requests worked on; 0: one per core
};

/// The options of a container: from the model, and what SageMaker tells in the environment
/// (SAGEMAKER_MAX_PAYLOAD_IN_MB, SAGEMAKER_MAX_CONCURRENT_TRANSFORMS; and, as DeepAR takes it,
/// DEEPAR_INFERENCE_CONFIG: the configuration of requests that have none, as lines of a batch
/// transform). `read` gives a variable, or null. Throws Error invalid_value for what these cannot
/// mean.
ServingOptions serving_options(std::shared_ptr<const TrainedModel> model,
                               const std::function<const char*(const char*)>& read);

/// `GET /ping`, `GET /execution-parameters` and `POST /invocations` (docs/invocations.md) of a
/// container that SageMaker serves.
class SagemakerService final : public Service {
 public:
  explicit SagemakerService(ServingOptions options);

  std::optional<Decision> decide(const Request& head, std::optional<std::int64_t> declared_bytes,
                                 Patience patience) const override;

 private:
  ServingOptions options_;
};

}  // namespace forecart
