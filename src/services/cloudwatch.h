#pragma once

#include "services/aws_client.h"
#include "services/aws_pages.h"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// Which metric: of all with that name, the one with exactly these dimensions.
struct MetricId {
  std::string space = {};  ///< as in "forecart" or "AWS/Lambda"
  std::string name = {};
  std::map<std::string, std::string> dimensions = {};
};

struct MetricValue {
  std::string name = {};
  std::map<std::string, std::string> dimensions = {};
  double value = 0;
  std::string unit = "None";  ///< as in "Count", "Seconds", "Percent"
  std::optional<Instant> time = {};
};

/// Rings where `statistic` of a metric over `period` is `comparison` than `threshold` in `points`
/// of the last `periods`.
struct MetricAlarm {
  std::string name = {};
  std::string text = {};
  MetricId metric = {};
  std::string statistic = "Maximum";  ///< SampleCount, Average, Sum, Minimum, Maximum, or "p99"
  std::chrono::seconds period{300};
  int periods = 1;
  int points = 1;
  double threshold = 0;
  std::string comparison = "GreaterThanThreshold";
  std::string missing = "notBreaching";   ///< or breaching, ignore, missing
  std::vector<std::string> actions = {};  ///< ARNs, as of an SNS topic
  std::vector<std::string> ok_actions = {};
};

struct AlarmStatus {
  std::string name = {};
  std::string arn = {};
  std::string state = {};  ///< OK, ALARM or INSUFFICIENT_DATA
  std::string reason = {};
};

/// Values of one statistic, oldest first.
struct MetricQuery {
  MetricId metric = {};
  std::string statistic = "Sum";
  std::chrono::seconds period{300};
  Instant from = {};
  Instant to = {};
};
struct MetricPoint {
  Instant time = {};
  double value = 0;
};

/// Metrics, alarms and dashboards of Amazon CloudWatch. Safe for several threads. Throws as
/// AwsClient.
class CloudWatch {
 public:
  explicit CloudWatch(const AwsAccess& access);

  /// In as many calls as it takes.
  void put(const std::string& space, const std::vector<MetricValue>& values);
  AwsList<MetricPoint> values(const MetricQuery& query, int most_pages = 10);

  /// Makes it, or changes the one of that name.
  void put(const MetricAlarm& alarm);
  AwsList<AlarmStatus> alarms(const std::string& prefix, int most_pages = 10);
  void delete_alarms(const std::vector<std::string>& names);

  /// Makes it, or changes the one of that name; gives what the service finds odd about it.
  std::vector<std::string> put_dashboard(const std::string& name, const nlohmann::json& body);
  /// Nothing where there is none of that name, or it cannot be read.
  std::optional<nlohmann::json> dashboard(const std::string& name);

 private:
  AwsClient client_;
};

}  // namespace forecart
