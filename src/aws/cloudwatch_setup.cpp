#include "aws/cloudwatch_setup.h"

#include "aws/cloud_template.h"
#include "services/cloudwatch_logs.h"

#include <nlohmann/json.hpp>

namespace forecart {

namespace {

using nlohmann::json;

json values_of(const CloudWatchSettings& settings) {
  json values = cloud_template("parameters");
  values["Region"] = settings.region;
  values["Prefix"] = settings.prefix;
  values["Namespace"] = settings.name_space;
  values["FunctionName"] = settings.function;
  values["QueueName"] = settings.queue;
  values["DeadLetterQueueName"] = settings.dead_letter_queue;
  values["StreamName"] = settings.stream;
  values["AlarmActions"] = settings.alarm_actions;
  values["StaleAfterSeconds"] = settings.stale_after_hours * 3600;
  values["CostPerDay"] = settings.cost_per_day;
  values["Platform"] = settings.platform;
  return values;
}

json log_groups(const CloudWatchSettings& settings) {
  std::vector<std::string> names = settings.log_groups;
  if (!settings.function.empty()) names.push_back("/aws/lambda/" + settings.function);
  json groups = json::array();
  for (const std::string& name : names) {
    groups.push_back({{"logGroupName", name}, {"retentionInDays", settings.retention_days}});
  }
  return groups;
}

}  // namespace

CloudWatchSettings CloudWatchSettings::defaults() {
  const json& given = cloud_template("parameters");
  return {.region = given.at("Region"),
          .prefix = given.at("Prefix"),
          .name_space = given.at("Namespace"),
          .stale_after_hours = given.at("StaleAfterSeconds").get<double>() / 3600,
          .cost_per_day = given.at("CostPerDay"),
          .platform = given.at("Platform"),
          .retention_days = given.at("LogRetentionDays")};
}

json cloudwatch_plan(const CloudWatchSettings& settings) {
  check_days_kept(settings.retention_days);
  const json values = values_of(settings);
  json body = filled(cloud_template("cloudwatch-dashboard"), values);
  return {{"log_groups", log_groups(settings)},
          {"dashboard", {{"DashboardName", settings.prefix}, {"DashboardBody", std::move(body)}}},
          {"alarms", filled(cloud_template("alarms"), values).at("alarms")}};
}

}  // namespace forecart
