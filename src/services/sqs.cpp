#include "services/sqs.h"

#include "base/error.h"
#include "services/aws_json.h"
#include "services/aws_services.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>
#include <string_view>

namespace forecart {

namespace {

using nlohmann::json;
using std::chrono::seconds;

constexpr seconds kAnswerTime{5};  // beside the time that a call may wait on purpose
constexpr int kMostMessages = 10;  // that one call of the service gives

/// "eu-west-1" of "sqs.eu-west-1.amazonaws.com" or "sqs-fips.eu-west-1.amazonaws.com"; "" of other
/// hosts, as of an endpoint in a VPC, which are asked by the name they have.
std::string region_of(std::string_view host) {
  const bool is_plain = host.starts_with("sqs.") || host.starts_with("sqs-fips.");
  if (!is_plain || !is_aws_host(host)) return "";
  const std::size_t begin = host.find('.') + 1;
  return std::string(host.substr(begin, host.find('.', begin) - begin));
}

AwsAccess at(const std::string& address, AwsAccess access) {
  Url url = parse_url(address);
  if (url.path.size() < 2 || !url.query.empty()) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("'{}' is no queue; use its address, such as "
                            "https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
                            address));
  }
  if (const std::string region = region_of(url.host); !region.empty()) {
    access.region = region;
  } else {
    url.path = "/";
    access.endpoint = url;
  }
  return access;
}

/// The service writes its numbers as texts.
std::int64_t number(const json& attributes, const char* name) {
  const std::string text = aws_text(attributes, name);
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

SqsQueue::SqsQueue(const std::string& address, const AwsAccess& access)
    : address_(address), client_(kSqs, at(address, access)) {}

std::vector<QueueMessage> SqsQueue::receive(seconds wait, seconds hidden,
                                            const std::stop_token& stop) {
  const json answer = client_.call(
      "ReceiveMessage",
      {{"QueueUrl", address_},
       {"MaxNumberOfMessages", kMostMessages},
       {"WaitTimeSeconds", wait.count()},
       {"VisibilityTimeout", hidden.count()}},
      // who watches a queue asks again by itself, and says that it does
      {.deadline = wait + kAnswerTime, .answer_time = wait + kAnswerTime, .stop = stop});
  std::vector<QueueMessage> messages;
  for (const json& message : aws_list(answer, "Messages")) {
    messages.push_back({aws_text(message, "MessageId"), aws_text(message, "ReceiptHandle"),
                        aws_text(message, "Body")});
  }
  return messages;
}

void SqsQueue::remove(const std::string& receipt) {
  client_.call("DeleteMessage", {{"QueueUrl", address_}, {"ReceiptHandle", receipt}});
}

std::string SqsQueue::send(const std::string& body) {
  return aws_text(client_.call("SendMessage", {{"QueueUrl", address_}, {"MessageBody", body}}),
                  "MessageId");
}

QueueLength SqsQueue::length() {
  const json answer =
      client_.call("GetQueueAttributes",
                   {{"QueueUrl", address_},
                    {"AttributeNames",
                     {"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"}}});
  const json& attributes = aws_object(answer, "Attributes");
  return {number(attributes, "ApproximateNumberOfMessages"),
          number(attributes, "ApproximateNumberOfMessagesNotVisible")};
}

}  // namespace forecart
