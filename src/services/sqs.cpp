#include "services/sqs.h"

#include "base/error.h"
#include "base/hash.h"
#include "net/aws_profile.h"
#include "net/sigv4.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace forecart {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kAnswerTime{10};  // beside the time that a call may wait on purpose
constexpr seconds kStallTime{40};   // longer than any wait on purpose: nothing moves meanwhile
constexpr int kMostMessages = 10;   // that one call of the service gives

/// "eu-west-1" of "sqs.eu-west-1.amazonaws.com"; else what the environment says.
std::string region_of(const std::string& host, const Environment& environment) {
  constexpr std::string_view kBegin = "sqs.";
  const std::size_t end = host.find(".amazonaws.com");
  if (host.starts_with(kBegin) && end != std::string::npos && end > kBegin.size()) {
    return host.substr(kBegin.size(), end - kBegin.size());
  }
  const std::string told = aws_region(environment);
  return told.empty() ? "us-east-1" : told;
}

Instant system_now() {
  return std::chrono::time_point_cast<Instant::duration>(std::chrono::system_clock::now());
}

std::string text(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

SqsQueue::SqsQueue(const std::string& address, const Environment& environment,
                   std::unique_ptr<CredentialChain> credentials)
    : address_(address),
      endpoint_(parse_url(address)),
      region_(region_of(endpoint_.host, environment)),
      credentials_(std::move(credentials)),
      http_({.stall_timeout = kStallTime, .ca_bundle = environment("AWS_CA_BUNDLE").value_or("")}) {
  if (endpoint_.path.size() < 2 || !endpoint_.query.empty()) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("'{}' is no queue; use its address, such as "
                            "https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
                            address));
  }
  endpoint_.path = "/";
}

std::vector<QueueMessage> SqsQueue::receive(seconds wait, seconds hidden,
                                            const std::stop_token& stop) {
  const json request{{"QueueUrl", address_},
                     {"MaxNumberOfMessages", kMostMessages},
                     {"WaitTimeSeconds", wait.count()},
                     {"VisibilityTimeout", hidden.count()}};
  const json answer =
      json::parse(call("ReceiveMessage", request.dump(), wait + kAnswerTime, stop), nullptr, false);
  if (!answer.is_object()) {
    throw Error(ErrorCode::unreadable, fmt::format("{} answers with no JSON object", address_));
  }
  std::vector<QueueMessage> messages;
  const auto list = answer.find("Messages");
  if (list == answer.end() || !list->is_array()) return messages;
  for (const json& message : *list) {
    if (!message.is_object()) continue;
    messages.push_back(
        {text(message, "MessageId"), text(message, "ReceiptHandle"), text(message, "Body")});
  }
  return messages;
}

void SqsQueue::remove(const std::string& receipt) {
  const json request{{"QueueUrl", address_}, {"ReceiptHandle", receipt}};
  call("DeleteMessage", request.dump(), kAnswerTime);
}

std::string SqsQueue::call(const std::string& operation, const std::string& body,
                           milliseconds timeout, const std::stop_token& stop) {
  HttpRequest request{.method = "POST", .url = endpoint_};
  request.headers = {{"content-type", "application/x-amz-json-1.0"},
                     {"x-amz-target", "AmazonSQS." + operation}};
  request.body = body;
  request.timeout = timeout;
  request.stop = stop;
  const Credentials credentials = credentials_->get();
  sign(request, credentials, {.region = region_, .service = "sqs", .time = system_now()},
       sha256(body));
  HttpResponse response = http_.send(request);
  if (response.ok()) return std::move(response.body);
  if (!response.complete()) {
    throw Error(ErrorCode::unavailable,
                fmt::format("{} of {}: {}", operation, address_, response.failure));
  }
  if (response.status == 401 || response.status == 403) credentials_->refused(credentials);
  const json answer = json::parse(response.body, nullptr, false);
  const std::string code = answer.is_object() ? text(answer, "__type") : "";
  throw Error(response.status >= 500 ? ErrorCode::unavailable : ErrorCode::unreadable,
              fmt::format("{} of {}: status {} {}; check the address and the rights", operation,
                          address_, response.status, code));
}

}  // namespace forecart
