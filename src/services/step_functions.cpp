#include "services/step_functions.h"

#include "services/aws_json.h"
#include "services/aws_services.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::string_view kKind = ":stateMachine:";

}  // namespace

StepFunctions::StepFunctions(const AwsAccess& access) : client_(kStepFunctions, access) {}

std::string StepFunctions::start(const Execution& execution, const json& input) {
  return aws_text(client_.call("StartExecution", {{"stateMachineArn", execution.machine},
                                                  {"name", execution.name},
                                                  {"input", input.dump()}}),
                  "executionArn");
}

std::optional<ExecutionStatus> StepFunctions::execution(const Execution& execution) {
  try {
    const json answer = client_.call("DescribeExecution", {{"executionArn", arn_of(execution)}});
    const std::string status = aws_text(answer, "status");
    return ExecutionStatus{
        .is_running = status == "RUNNING" || status == "PENDING_REDRIVE",
        .succeeded = status == "SUCCEEDED",
        .error = aws_text(answer, "error").empty() ? status : aws_text(answer, "error"),
        .cause = aws_text(answer, "cause"),
        .begun = aws_instant(answer, "startDate").value_or(Instant{})};
  } catch (const AwsError& error) {
    if (error.code() == ErrorCode::not_found) return std::nullopt;
    throw;
  }
}

std::string arn_of(const Execution& execution) {
  const std::size_t at = execution.machine.find(kKind);
  if (at == std::string::npos) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("'{}' is no ARN of a state machine "
                            "(arn:aws:states:REGION:ACCOUNT:stateMachine:NAME)",
                            execution.machine.substr(0, 200)));
  }
  return fmt::format("{}:execution:{}:{}", execution.machine.substr(0, at),
                     execution.machine.substr(at + kKind.size()), execution.name);
}

}  // namespace forecart
