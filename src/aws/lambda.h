#pragma once

#include "aws/lambda_metrics.h"
#include "aws/lambda_work.h"
#include "base/log.h"

#include <cstddef>
#include <string>

namespace forecart {

struct LambdaRuntime {
  std::string address;  ///< of the Runtime API
  /// Before a deadline: what is begun comes to its end in it.
  std::chrono::milliseconds margin{5000};
  std::size_t most_calls = 0;  ///< then it ends; 0: never
  LambdaMetrics metrics{};
};

/// Answers calls of an AWS Lambda function for as long as there are any. One that fails is told
/// and ends nothing. Throws Error where the Runtime API is gone, or the repository cannot be used;
/// the latter is told to it first.
void serve_lambda(const LambdaOptions& options, const LambdaRuntime& runtime, Log& log);

}  // namespace forecart
