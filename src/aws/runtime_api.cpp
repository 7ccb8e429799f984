#include "aws/runtime_api.h"

#include "base/error.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>

namespace forecart {

namespace {

using nlohmann::json;

constexpr const char* kVersion = "/2018-06-01/runtime";
constexpr std::chrono::seconds kAnswerTime{10};
constexpr std::chrono::hours kStandsStill{24 * 365};  // nothing moves while no call comes

Url address_of(const std::string& text) {
  if (text.empty()) {
    throw Error(
        ErrorCode::invalid_value,
        "AWS_LAMBDA_RUNTIME_API is not set: forecart lambda is started by AWS Lambda, or by "
        "what speaks its Runtime API");
  }
  return parse_url("http://" + text);
}

std::chrono::system_clock::time_point deadline_of(const std::string& text) {
  std::int64_t milliseconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw Error(ErrorCode::bad_data,
                fmt::format("the Runtime API gives '{}' as the deadline of a call; milliseconds "
                            "since 1970 are asked for",
                            text));
  }
  return std::chrono::system_clock::time_point(std::chrono::milliseconds(milliseconds));
}

/// What Lambda shows of an error, and counts by its type.
std::string error_json(const std::string& type, const std::string& message) {
  return json{{"errorType", type}, {"errorMessage", message}, {"stackTrace", json::array()}}.dump(
      -1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

RuntimeApi::RuntimeApi(const std::string& address)
    : base_(address_of(address)),
      http_({.stall_timeout = std::chrono::duration_cast<std::chrono::seconds>(kStandsStill),
             .use_proxy = false}) {}

FunctionCall RuntimeApi::next() {
  HttpRequest request{.url = base_};
  request.url.path = std::string(kVersion) + "/invocation/next";
  HttpResponse response = http_.send(request);
  if (!response.ok()) {
    throw Error(ErrorCode::unavailable,
                fmt::format("the Runtime API gives no call: {}",
                            response.complete() ? fmt::format("status {}", response.status)
                                                : response.failure));
  }
  FunctionCall invocation{.id = response.header("lambda-runtime-aws-request-id"),
                          .deadline = deadline_of(response.header("lambda-runtime-deadline-ms")),
                          .trace = response.header("lambda-runtime-trace-id"),
                          .event = std::move(response.body)};
  if (invocation.id.empty()) {
    throw Error(ErrorCode::bad_data, "the Runtime API gives a call without an id");
  }
  return invocation;
}

void RuntimeApi::succeed(const FunctionCall& invocation, std::string_view answer) {
  post(fmt::format("/invocation/{}/response", uri_encode(invocation.id)), answer, {});
}

void RuntimeApi::fail(const FunctionCall& invocation, const std::string& type,
                      const std::string& message) {
  post(fmt::format("/invocation/{}/error", uri_encode(invocation.id)), error_json(type, message),
       {{"lambda-runtime-function-error-type", type}});
}

void RuntimeApi::fail_start(const std::string& type, const std::string& message) {
  post("/init/error", error_json(type, message), {{"lambda-runtime-function-error-type", type}});
}

void RuntimeApi::post(const std::string& path, std::string_view body, const NamedValues& headers) {
  HttpRequest request{.method = "POST", .url = base_, .headers = headers};
  request.url.path = kVersion + path;
  request.headers.emplace_back("content-type", "application/json");
  request.body = body;
  request.timeout = kAnswerTime;
  const HttpResponse response = http_.send(request);
  if (response.ok()) return;
  throw Error(response.complete() ? ErrorCode::unreadable : ErrorCode::unavailable,
              fmt::format("the Runtime API does not take {}: {}", path,
                          response.complete() ? fmt::format("status {}", response.status)
                                              : response.failure));
}

}  // namespace forecart
