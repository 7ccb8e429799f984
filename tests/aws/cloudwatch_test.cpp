#include "services/cloudwatch.h"

#include "services/cloudwatch_logs.h"

#include "on_moto.h"
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace forecart::testing_aws {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::SizeIs;

Instant now() {
  return std::chrono::time_point_cast<Instant::duration>(std::chrono::system_clock::now());
}

class CloudWatchOnMoto : public OnMoto {};

TEST_F(CloudWatchOnMoto, KeepsMetrics) {
  CloudWatch client(access_);
  const std::string space = unique("space");
  const Instant time = now() - minutes(10);
  std::vector<MetricValue> values(700, {.name = "forecasts", .unit = "Count"});
  values.push_back(
      {.name = "forecasts", .dimensions = {{"dataset", space}}, .value = 2.5, .time = time});
  client.put(space, values);
  const auto points = client.values({.metric = {space, "forecasts", {{"dataset", space}}},
                                     .from = time - hours(1),
                                     .to = time + minutes(5)});
  ASSERT_EQ(points.items.size(), 1U);
  EXPECT_EQ(points.items[0].value, 2.5);
  EXPECT_LE(std::chrono::abs(points.items[0].time - time), minutes(5));
  const auto count = client.values({.metric = {space, "forecasts", {}},
                                    .statistic = "SampleCount",
                                    .from = time - hours(1),
                                    .to = now() + minutes(5)});
  ASSERT_FALSE(count.items.empty());
  EXPECT_EQ(count.items.back().value, 700);
}

TEST_F(CloudWatchOnMoto, KeepsAlarms) {
  CloudWatch client(access_);
  const std::string name = unique("alarm");
  MetricAlarm alarm{.name = name + "-a",
                    .text = "no forecast for a day",
                    .metric = {"forecart", "stale_seconds", {{"dataset", "orders"}}},
                    .threshold = 86400,
                    .actions = {"arn:aws:sns:eu-central-1:123456789012:alerts"}};
  client.put(alarm);
  alarm.name = name + "-b";
  alarm.statistic = "p99";
  client.put(alarm);
  client.put(alarm);
  const auto alarms = client.alarms(name);
  ASSERT_THAT(alarms.items, SizeIs(2));
  EXPECT_EQ(alarms.items[0].name, name + "-a");
  EXPECT_FALSE(alarms.items[0].arn.empty());
  EXPECT_FALSE(alarms.items[0].state.empty());
  client.delete_alarms({name + "-a", name + "-b"});
  EXPECT_THAT(client.alarms(name).items, SizeIs(0));
}

TEST_F(CloudWatchOnMoto, KeepsDashboards) {
  CloudWatch client(access_);
  const std::string name = unique("dashboard");
  const nlohmann::json body{{"widgets", {{{"type", "text"}}}}};
  EXPECT_THAT(client.put_dashboard(name, body), SizeIs(0));
  EXPECT_EQ(client.dashboard(name), body);
  EXPECT_EQ(client.dashboard(name + "-other"), std::nullopt);
}

TEST_F(CloudWatchOnMoto, KeepsLogsForSoLong) {
  CloudWatchLogs client(access_);
  const std::string name = unique("/forecart/logs");
  EXPECT_TRUE(client.create_group(name));
  EXPECT_FALSE(client.create_group(name));
  client.keep(name, 30);
  EXPECT_THROW(client.keep(name, 31), Error);
  EXPECT_THROW(client.keep(name + "-other", 30), AwsError);
  EXPECT_TRUE(client.create_stream(name, "s"));
  EXPECT_FALSE(client.create_stream(name, "s"));
  EXPECT_EQ(client.put(name, "s", {{now(), "second ü"}, {now() - minutes(1), "first"}}), 0U);
  EXPECT_EQ(client.put(name, "s", {{now() + hours(3), "too new"}, {now(), "third"}}), 1U);
  const auto groups = client.groups(name);
  ASSERT_THAT(groups.items, SizeIs(1));
  EXPECT_EQ(groups.items[0].name, name);
  EXPECT_EQ(groups.items[0].days, 30);
  EXPECT_GT(groups.items[0].bytes, 0);
}

TEST_F(CloudWatchOnMoto, ListsMoreGroupsThanAPageHas) {
  CloudWatchLogs client(access_);
  const std::string name = unique("/forecart/many");
  for (int i = 0; i < 53; ++i) client.create_group(name + "/" + std::to_string(i));
  const auto groups = client.groups(name);
  EXPECT_THAT(groups.items, SizeIs(53));
  EXPECT_TRUE(groups.complete);
  EXPECT_FALSE(groups.items[0].days);
  const auto page = client.groups(name, 1);
  EXPECT_THAT(page.items, SizeIs(50));
  EXPECT_FALSE(page.complete);
}

}  // namespace
}  // namespace forecart::testing_aws
