#pragma once

#include "net/http.h"

#include <chrono>
#include <string>
#include <string_view>

namespace forecart {

/// One call of a Lambda function.
struct FunctionCall {
  std::string id;
  std::chrono::system_clock::time_point deadline;  ///< then the process is stopped
  std::string trace;                               ///< of X-Ray; "" where there is none
  std::string event;                               ///< JSON
};

/// The runtime's side of AWS Lambda: asks for calls one after the other and says what came of each
/// (Runtime API, version 2018-06-01).
class RuntimeApi {
 public:
  /// `address` as AWS_LAMBDA_RUNTIME_API has it, "127.0.0.1:9001". Throws Error invalid_value.
  explicit RuntimeApi(const std::string& address);

  /// Waits for as long as it takes, which may be hours in which the process stands still. Throws
  /// Error unavailable where the other side is gone, or bad_data where it names no call.
  FunctionCall next();
  /// All throw Error unavailable where the answer is not taken, or unreadable where it is refused.
  void succeed(const FunctionCall& invocation, std::string_view answer);
  void fail(const FunctionCall& invocation, const std::string& type, const std::string& message);
  /// Nothing can be called here.
  void fail_start(const std::string& type, const std::string& message);

 private:
  void post(const std::string& path, std::string_view body, const NamedValues& headers);

  Url base_;
  HttpClient http_;
};

}  // namespace forecart
