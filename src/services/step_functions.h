#pragma once

#include "base/time.h"
#include "services/aws_client.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>

namespace forecart {

/// One pass of a state machine.
struct Execution {
  std::string machine = {};  ///< ARN of the state machine
  /// Unique in the machine for 90 days: up to 80 letters, digits, '-' and '_'.
  std::string name = {};
};

/// How an execution stands.
struct ExecutionStatus {
  bool is_running = false;
  bool succeeded = false;
  std::string error = {};  ///< why it failed: a code,
  std::string cause = {};  ///< and what AWS or a step says of it
  Instant begun{};
};

/// State machines of AWS Step Functions, standard ones: what forecart uses of them. Safe for
/// several threads. Throws as AwsClient.
class StepFunctions {
 public:
  explicit StepFunctions(const AwsAccess& access);

  /// Begins an execution and gives its ARN. Again with the same name and input while it runs, it
  /// gives that one; else a name that is taken is a conflict (AwsError::code).
  std::string start(const Execution& execution, const nlohmann::json& input);
  /// Nothing where there is none, or it ended more than 90 days ago.
  std::optional<ExecutionStatus> execution(const Execution& execution);

 private:
  AwsClient client_;
};

/// Its ARN: that of the machine with `execution` for `stateMachine`, and the name. Throws Error
/// invalid_value where the machine's is none.
std::string arn_of(const Execution& execution);

}  // namespace forecart
