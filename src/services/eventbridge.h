#pragma once

#include "services/aws_client.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace forecart {

struct BusEvent {
  std::string source = "forecart";
  std::string kind = {};    ///< "detail-type" of rules
  std::string detail = {};  ///< an object of JSON
  std::string bus = {};     ///< name or ARN; empty for the account's own
  std::vector<std::string> resources = {};
  std::optional<Instant> time = {};
};

/// Events for Amazon EventBridge. Safe for several threads. Throws as AwsClient.
class EventBridge {
 public:
  explicit EventBridge(const AwsAccess& access);

  /// In as many calls as it takes. Those that were not taken go again until the deadline of
  /// `patience`; then throws, and some may have been taken. Throws Error invalid_value for an event
  /// that is too large or has no object as detail, before any goes.
  void put(const std::vector<BusEvent>& events, const AwsPatience& patience = {});

 private:
  AwsClient client_;
};

}  // namespace forecart
