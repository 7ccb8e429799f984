#include "aws/cloudwatch_setup.h"
#include "services/cloudwatch.h"
#include "services/cloudwatch_logs.h"

#include <nlohmann/json.hpp>

namespace forecart {

namespace {

using nlohmann::json;

MetricAlarm alarm_of(const json& given) {
  MetricAlarm alarm{.name = given.at("AlarmName"),
                    .text = given.at("AlarmDescription"),
                    .metric = {.space = given.at("Namespace"), .name = given.at("MetricName")},
                    .statistic = given.at("Statistic"),
                    .period = std::chrono::seconds(given.at("Period").get<int>()),
                    .periods = given.at("EvaluationPeriods"),
                    .points = given.at("DatapointsToAlarm"),
                    .threshold = given.at("Threshold"),
                    .comparison = given.at("ComparisonOperator"),
                    .missing = given.at("TreatMissingData"),
                    .actions = given.at("AlarmActions"),
                    .ok_actions = given.at("OKActions")};
  for (const json& dimension : given.at("Dimensions")) {
    alarm.metric.dimensions[dimension.at("Name")] = dimension.at("Value");
  }
  return alarm;
}

}  // namespace

CloudWatchOutcome set_up_cloudwatch(const CloudWatchSettings& settings, const AwsAccess& access) {
  const json plan = cloudwatch_plan(settings);
  AwsAccess there = access;
  there.region = settings.region;
  CloudWatchOutcome outcome;
  CloudWatchLogs logs(there);
  for (const json& group : plan.at("log_groups")) {
    logs.create_group(group.at("logGroupName"));
    logs.keep(group.at("logGroupName"), group.at("retentionInDays"));
    ++outcome.log_groups;
  }
  CloudWatch watch(there);
  const json& dashboard = plan.at("dashboard");
  outcome.notes = watch.put_dashboard(dashboard.at("DashboardName"), dashboard.at("DashboardBody"));
  for (const json& alarm : plan.at("alarms")) {
    watch.put(alarm_of(alarm));
    ++outcome.alarms;
  }
  return outcome;
}

}  // namespace forecart
