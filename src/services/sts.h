#pragma once

#include "services/aws_client.h"

#include <chrono>
#include <string>

namespace forecart {

/// Whose keys they are.
struct CallerIdentity {
  std::string account = {};
  std::string arn = {};
};

struct RoleRequest {
  std::string role = {};  ///< ARN
  std::string session = "forecart";
  std::chrono::seconds lifetime{3600};
  std::string external_id = {};  ///< that a role of somebody else asks for
};

/// Amazon's service of temporary keys. Safe for several threads. Throws as AwsClient.
class Sts {
 public:
  explicit Sts(const AwsAccess& access);

  CallerIdentity identity();
  /// Keys with the rights of the role.
  Credentials assume(const RoleRequest& request);

 private:
  AwsClient client_;
};

}  // namespace forecart
