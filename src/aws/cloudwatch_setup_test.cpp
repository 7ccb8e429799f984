#include "aws/cloudwatch_setup.h"

#include "aws/cloud_template.h"
#include "base/error.h"
#include "monitoring/emf.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <regex>
#include <set>

namespace forecart {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsSubsetOf;
using testing::Not;

/// A metric as CloudWatch knows it: "namespace name [dimensions]".
std::string named(const std::string& name_space, const std::string& name,
                  std::vector<std::string> dimensions) {
  std::ranges::sort(dimensions);
  return name_space + " " + name + " " + json(dimensions).dump();
}

/// All that our own lines declare, of every metric there is.
std::set<std::string> emitted(const std::string& name_space) {
  std::vector<MetricSample> samples;
  for (const MetricDefinition& definition : metric_definitions()) {
    MetricSample sample{.metric = definition.metric, .labels = {}, .value = 1, .count = 1};
    for (std::size_t i = 0; i < label_count(definition); ++i) {
      sample.labels.emplace_back(definition.labels[i], "x");
    }
    samples.push_back(sample);
  }
  std::set<std::string> all;
  for (const std::string& line : EmfWriter(name_space).lines(samples, Instant{})) {
    const json told = json::parse(line);
    for (const json& directive : told["_aws"]["CloudWatchMetrics"]) {
      for (const json& metric : directive["Metrics"]) {
        all.insert(named(directive["Namespace"], metric["Name"], directive["Dimensions"][0]));
      }
    }
  }
  return all;
}

/// What AWS documents of the metrics of its own that we use.
std::set<std::string> documented() {
  std::set<std::string> all;
  for (const char* name : {"Invocations", "Errors", "Throttles", "Duration"}) {
    all.insert(named("AWS/Lambda", name, {"FunctionName"}));
  }
  for (const char* name : {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"}) {
    all.insert(named("AWS/SQS", name, {"QueueName"}));
  }
  all.insert(named("AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds", {"StreamName"}));
  return all;
}

/// SEARCH('{"namespace",dimension,...} MetricName="name"', ...
std::string of_search(const std::string& expression) {
  static const std::regex kSearch(
      R"re(SEARCH\('\{"([^"]+)",([a-z,]+)\} MetricName="([a-z_]+)"'.*)re");
  std::smatch parts;
  if (!std::regex_match(expression, parts, kSearch)) return "";
  std::vector<std::string> dimensions;
  const std::string list = parts[2];
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    dimensions.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  return named(parts[1], parts[3], dimensions);
}

/// ["namespace", "name", "dimension", "value", .., {options}], or [{"expression":..}].
std::string of_widget(const json& metric) {
  if (metric[0].is_object()) return of_search(metric[0]["expression"]);
  std::vector<std::string> dimensions;
  for (std::size_t at = 2; at + 1 < metric.size(); at += 2) dimensions.push_back(metric[at]);
  return named(metric[0], metric[1], dimensions);
}

std::set<std::string> shown(const json& plan) {
  std::set<std::string> all;
  for (const json& widget : plan["dashboard"]["DashboardBody"]["widgets"]) {
    if (widget["type"] != "metric") continue;
    for (const json& metric : widget["properties"]["metrics"]) all.insert(of_widget(metric));
  }
  all.erase("");  // sums and quotients of others
  return all;
}

std::set<std::string> alarmed(const json& plan) {
  std::set<std::string> all;
  for (const json& alarm : plan["alarms"]) {
    std::vector<std::string> dimensions;
    for (const json& dimension : alarm["Dimensions"]) dimensions.push_back(dimension["Name"]);
    all.insert(named(alarm["Namespace"], alarm["MetricName"], dimensions));
  }
  return all;
}

CloudWatchSettings whole() {
  CloudWatchSettings settings = CloudWatchSettings::defaults();
  settings.region = "eu-central-1";
  settings.name_space = "shop/forecart";
  settings.function = "orders";
  settings.queue = "inbox";
  settings.dead_letter_queue = "inbox-dead";
  settings.stream = "tills";
  settings.alarm_actions = {"arn:aws:sns:eu-central-1:123456789012:alerts"};
  return settings;
}

TEST(CloudWatchPlan, AsksOnlyForMetricsThatThereAre) {
  const json plan = cloudwatch_plan(whole());
  std::set<std::string> known = emitted("shop/forecart");
  known.merge(documented());
  EXPECT_THAT(shown(plan), IsSubsetOf(known));
  EXPECT_THAT(alarmed(plan), IsSubsetOf(known));
  EXPECT_GE(shown(plan).size(), 20U);
  EXPECT_THAT(shown(plan), Contains(HasSubstr("forecart_coverage_ratio")));
  EXPECT_EQ(emitted("x").count("x forecart_failures_total [\"dataset\"]"), 0U)
      << "dimensions are told apart";
}

TEST(CloudWatchPlan, WatchesErrorsDeadLettersStalenessCoverageAndCost) {
  const json plan = cloudwatch_plan(whole());
  std::map<std::string, json> alarms;
  for (const json& alarm : plan["alarms"]) alarms[alarm["AlarmName"]] = alarm;
  for (const char* name :
       {"errors", "function-errors", "throttles", "dead-letters", "dead-letter-queue", "stream-age",
        "stale", "coverage-80", "coverage-95", "cost"}) {
    const auto found = alarms.find(std::string("forecart-") + name);
    ASSERT_NE(found, alarms.end()) << name;
    EXPECT_EQ(found->second["AlarmActions"][0], whole().alarm_actions[0]);
    EXPECT_TRUE(found->second["Threshold"].is_number()) << name;
  }
  EXPECT_EQ(alarms["forecart-stale"]["Threshold"], 26 * 3600);
  EXPECT_EQ(alarms["forecart-cost"]["Dimensions"][0]["Value"], "lambda-x86");
}

TEST(CloudWatchPlan, LeavesOutWhatIsNotThere) {
  CloudWatchSettings settings = whole();
  settings.function = settings.queue = settings.dead_letter_queue = settings.stream = "";
  settings.log_groups = {"/shop/serve"};
  const json plan = cloudwatch_plan(settings);
  EXPECT_THAT(plan.dump(),
              AllOf(Not(HasSubstr("AWS/")), Not(HasSubstr("${")), Not(HasSubstr("needs"))));
  EXPECT_EQ(plan["log_groups"],
            json::parse(R"([{"logGroupName":"/shop/serve","retentionInDays":30}])"));
  settings.retention_days = 31;
  EXPECT_THROW(cloudwatch_plan(settings), Error);
}

TEST(CloudTemplate, FillsWholeValuesAndParts) {
  const json given = json::parse(
      R"({"a":"${N}","b":"x-${T}-${N}","c":[{"needs":"T","d":1},{"needs":"E","d":2}],"e":"${"})");
  EXPECT_EQ(filled(given, {{"N", 7}, {"T", "t"}, {"E", ""}}),
            json::parse(R"({"a":7,"b":"x-t-7","c":[{"d":1}],"e":"${"})"));
  EXPECT_THROW(filled(given, {{"N", 7}}), Error);
}

}  // namespace
}  // namespace forecart
