#pragma once

#include "services/aws_client.h"

#include <string>

namespace forecart {

/// Statements of Amazon Athena in a work group, which must say where answers go. Safe for several
/// threads. Throws as AwsClient.
class Athena {
 public:
  Athena(const AwsAccess& access, std::string work_group);

  /// Runs one and waits for its end, two minutes at most. Throws Error invalid_value with Athena's
  /// reason where it failed, unavailable where it does not end.
  void run(const std::string& statement);

 private:
  AwsClient client_;
  std::string work_group_;
};

}  // namespace forecart
