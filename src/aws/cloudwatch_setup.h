#pragma once

#include "services/aws_client.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace forecart {

/// What CloudWatch is to watch, and when it tells; what is "" or empty is not there. What stands
/// here otherwise is as parameters.json has it.
struct CloudWatchSettings {
  std::string region;
  std::string prefix{};      ///< of the dashboard and the alarms
  std::string name_space{};  ///< of the metrics
  std::string function{};    ///< of Lambda
  std::string queue{};       ///< of SQS, by name
  std::string dead_letter_queue{};
  std::string stream{};                      ///< of Kinesis, by name
  std::vector<std::string> alarm_actions{};  ///< ARNs of who is told
  double stale_after_hours = 0;
  double cost_per_day = 0;
  std::string platform{};                 ///< whose cost counts
  std::vector<std::string> log_groups{};  ///< besides that of the function
  int retention_days = 0;

  /// As parameters.json has it.
  static CloudWatchSettings defaults();
};

/// The requests that make it so, which may be sent any number of times: `{"log_groups":
/// [{"logGroupName":..,"retentionInDays":..}],"dashboard":{"DashboardName":..,"DashboardBody":{..}},
/// "alarms":[..]}`; an alarm is a request PutMetricAlarm. Throws Error invalid_value for days that
/// CloudWatch Logs does not know.
nlohmann::json cloudwatch_plan(const CloudWatchSettings& settings);

/// What was made.
struct CloudWatchOutcome {
  std::size_t alarms = 0;
  std::size_t log_groups = 0;
  std::vector<std::string> notes{};  ///< what CloudWatch finds odd about the dashboard
};

/// Makes it so at AWS, as it is there already or not. Throws as the services do.
CloudWatchOutcome set_up_cloudwatch(const CloudWatchSettings& settings, const AwsAccess& access);

}  // namespace forecart
