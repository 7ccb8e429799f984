#pragma once

#include "services/aws_client.h"
#include "services/aws_pages.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

struct LogGroup {
  std::string name = {};
  std::string arn = {};
  std::optional<int> days = {};  ///< that its lines are kept; nothing: for ever
  std::int64_t bytes = 0;
};

struct LogLine {
  Instant time = {};
  std::string text = {};
};

/// Throws Error invalid_value for days that lines cannot be kept: the service takes some numbers
/// only.
void check_days_kept(int days);

/// Groups of logs of Amazon CloudWatch, and lines for them. Safe for several threads. Throws as
/// AwsClient.
class CloudWatchLogs {
 public:
  explicit CloudWatchLogs(const AwsAccess& access);

  /// False where there was one of that name.
  bool create_group(const std::string& name, const std::string& kms_key = {});
  bool create_stream(const std::string& group, const std::string& stream);
  /// Throws as check_days_kept.
  void keep(const std::string& group, int days);
  AwsList<LogGroup> groups(const std::string& prefix, int most_pages = 20);

  /// Lines in any order, in as many calls as it takes; a line that is longer than a call takes is
  /// cut. Gives how many the service would not have, because they are too old or too new.
  std::size_t put(const std::string& group, const std::string& stream, std::vector<LogLine> lines);

 private:
  bool create(const char* operation, const nlohmann::json& input);

  AwsClient client_;
};

}  // namespace forecart
