#include "services/cloudwatch.h"

#include "services/aws_json.h"
#include "services/aws_services.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <span>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::size_t kValuesOfACall = 500;  // of 1,000, and of 1 MB with long names

json dimension_list(const std::map<std::string, std::string>& dimensions) {
  json list = json::array();
  for (const auto& [name, value] : dimensions) list.push_back({{"Name", name}, {"Value", value}});
  return list;
}

double epoch_seconds(Instant time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

json value_json(const MetricValue& value) {
  json object{{"MetricName", value.name}, {"Value", value.value}, {"Unit", value.unit}};
  if (!value.dimensions.empty()) object["Dimensions"] = dimension_list(value.dimensions);
  if (value.time) object["Timestamp"] = epoch_seconds(*value.time);
  return object;
}

/// "p99", and "tm95" and the like: other than the five that have a name.
bool is_percentile(const std::string& statistic) {
  return !statistic.empty() && std::isdigit(static_cast<unsigned char>(statistic.back())) != 0;
}

json alarm_json(const MetricAlarm& alarm) {
  json object{{"AlarmName", alarm.name},
              {"AlarmDescription", alarm.text},
              {"Namespace", alarm.metric.space},
              {"MetricName", alarm.metric.name},
              {"Dimensions", dimension_list(alarm.metric.dimensions)},
              {"Period", alarm.period.count()},
              {"EvaluationPeriods", alarm.periods},
              {"DatapointsToAlarm", alarm.points},
              {"Threshold", alarm.threshold},
              {"ComparisonOperator", alarm.comparison},
              {"TreatMissingData", alarm.missing},
              {"AlarmActions", alarm.actions},
              {"OKActions", alarm.ok_actions}};
  object[is_percentile(alarm.statistic) ? "ExtendedStatistic" : "Statistic"] = alarm.statistic;
  return object;
}

json query_json(const MetricQuery& query, const std::string& token) {
  const json metric{{"Namespace", query.metric.space},
                    {"MetricName", query.metric.name},
                    {"Dimensions", dimension_list(query.metric.dimensions)}};
  json request{
      {"MetricDataQueries",
       {{{"Id", "m"},
         {"MetricStat",
          {{"Metric", metric}, {"Period", query.period.count()}, {"Stat", query.statistic}}}}}},
      {"StartTime", epoch_seconds(query.from)},
      {"EndTime", epoch_seconds(query.to)},
      {"ScanBy", "TimestampAscending"}};
  if (!token.empty()) request["NextToken"] = token;
  return request;
}

/// Times and values stand in lists of their own.
void add_points(const json& result, std::vector<MetricPoint>& points) {
  const json& times = aws_list(result, "Timestamps");
  const json& values = aws_list(result, "Values");
  for (std::size_t i = 0; i < std::min(times.size(), values.size()); ++i) {
    const auto time = aws_instant(json{{"t", times[i]}}, "t");
    if (time && values[i].is_number()) points.push_back({*time, values[i].get<double>()});
  }
}

}  // namespace

CloudWatch::CloudWatch(const AwsAccess& access) : client_(kCloudWatch, access) {}

void CloudWatch::put(const std::string& space, const std::vector<MetricValue>& values) {
  std::span<const MetricValue> rest(values);
  while (!rest.empty()) {
    json list = json::array();
    for (const MetricValue& value : rest.first(std::min(rest.size(), kValuesOfACall))) {
      list.push_back(value_json(value));
    }
    client_.call("PutMetricData", {{"Namespace", space}, {"MetricData", list}});
    rest = rest.subspan(list.size());
  }
}

AwsList<MetricPoint> CloudWatch::values(const MetricQuery& query, int most_pages) {
  AwsList<MetricPoint> list;
  list.complete = each_page(most_pages, [&](const std::string& token) {
    const json answer = client_.call("GetMetricData", query_json(query, token));
    for (const json& result : aws_list(answer, "MetricDataResults")) {
      add_points(result, list.items);
    }
    return aws_text(answer, "NextToken");
  });
  return list;
}

void CloudWatch::put(const MetricAlarm& alarm) {
  client_.call("PutMetricAlarm", alarm_json(alarm));
}

AwsList<AlarmStatus> CloudWatch::alarms(const std::string& prefix, int most_pages) {
  AwsList<AlarmStatus> list;
  list.complete = each_page(most_pages, [&](const std::string& token) {
    json request{{"MaxRecords", 100}, {"AlarmTypes", {"MetricAlarm"}}};
    if (!prefix.empty()) request["AlarmNamePrefix"] = prefix;
    if (!token.empty()) request["NextToken"] = token;
    const json answer = client_.call("DescribeAlarms", request);
    for (const json& alarm : aws_list(answer, "MetricAlarms")) {
      list.items.push_back({aws_text(alarm, "AlarmName"), aws_text(alarm, "AlarmArn"),
                            aws_text(alarm, "StateValue"), aws_text(alarm, "StateReason")});
    }
    return aws_text(answer, "NextToken");
  });
  return list;
}

void CloudWatch::delete_alarms(const std::vector<std::string>& names) {
  client_.call("DeleteAlarms", {{"AlarmNames", names}});
}

std::vector<std::string> CloudWatch::put_dashboard(const std::string& name, const json& body) {
  const json answer =
      client_.call("PutDashboard", {{"DashboardName", name}, {"DashboardBody", body.dump()}});
  std::vector<std::string> odd;
  for (const json& message : aws_list(answer, "DashboardValidationMessages")) {
    odd.push_back(aws_text(message, "DataPath") + ": " + aws_text(message, "Message"));
  }
  return odd;
}

std::optional<json> CloudWatch::dashboard(const std::string& name) {
  try {
    const json answer = client_.call("GetDashboard", {{"DashboardName", name}});
    json body = json::parse(aws_text(answer, "DashboardBody"), nullptr, false);
    if (body.is_object()) return body;
  } catch (const AwsError& error) {
    if (error.code() != ErrorCode::not_found) throw;
  }
  return std::nullopt;
}

}  // namespace forecart
