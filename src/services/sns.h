#pragma once

#include "net/credentials.h"
#include "net/http.h"

#include <string>

namespace forecart {

/// A message for who has subscribed to a topic.
struct SnsMessage {
  std::string topic;    ///< its ARN
  std::string subject;  ///< at most 100 characters of ASCII; what is more is cut
  std::string text;
};

/// Publish of Amazon SNS, in the region of the topic, or at what AWS_ENDPOINT_URL_SNS or
/// AWS_ENDPOINT_URL names. Tries three times; throws Error invalid_value for what is no topic,
/// unavailable where it was not taken.
void publish(HttpClient& client, CredentialChain& credentials, const Environment& environment,
             const SnsMessage& message);

}  // namespace forecart
