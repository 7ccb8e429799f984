#pragma once

#include "services/aws_client.h"

#include <string>

namespace forecart {

/// A message for who has subscribed to a topic.
struct SnsMessage {
  std::string subject = {};  ///< at most 99 characters of ASCII; what is more is cut
  std::string text = {};
};

/// A topic of Amazon SNS, in the region of its ARN. Safe for several threads. Throws as AwsClient.
class SnsTopic {
 public:
  /// Throws Error invalid_value for what is no ARN of a topic.
  SnsTopic(const std::string& topic, const AwsAccess& access);

  /// Gives the id of the message.
  std::string publish(const SnsMessage& message);

 private:
  std::string topic_;
  AwsClient client_;
};

}  // namespace forecart
