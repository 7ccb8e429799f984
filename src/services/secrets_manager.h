#pragma once

#include "services/aws_client.h"

#include <string>

namespace forecart {

/// Secrets of AWS Secrets Manager. Neither they nor what the service says about them is in any
/// message. Safe for several threads. Throws as AwsClient.
class SecretsManager {
 public:
  explicit SecretsManager(const AwsAccess& access);

  /// The current version of the secret of that name or ARN, a text or bytes. Throws AwsError
  /// bad_data where it has none.
  std::string secret(const std::string& id);

 private:
  AwsClient client_;
};

}  // namespace forecart
