#include "services/sns.h"

#include "base/error.h"
#include "services/aws_services.h"

#include <fmt/format.h>

namespace forecart {

namespace {

constexpr std::chrono::seconds kDeadline{10};
constexpr std::size_t kMostSubject = 99;

AwsAccess in_region_of(const std::string& topic, AwsAccess access) {
  access.region = region_of_arn(topic);
  if (!access.region.empty()) return access;
  throw Error(ErrorCode::invalid_value, fmt::format("'{}' is no ARN of a topic; use e.g. "
                                                    "arn:aws:sns:eu-central-1:123456789012:alerts",
                                                    topic));
}

std::string subject_of(const std::string& text) {
  std::string subject = text.substr(0, kMostSubject);
  for (char& c : subject) c = c < ' ' || c > '~' ? '?' : c;
  return subject;
}

}  // namespace

SnsTopic::SnsTopic(const std::string& topic, const AwsAccess& access)
    : topic_(topic), client_(kSns, in_region_of(topic, access)) {}

std::string SnsTopic::publish(const SnsMessage& message) {
  const std::string xml = client_.call_form(
      "Publish",
      {{"TopicArn", topic_}, {"Subject", subject_of(message.subject)}, {"Message", message.text}},
      {.deadline = kDeadline});
  return xml_text(xml, "PublishResponse/PublishResult/MessageId");
}

}  // namespace forecart
