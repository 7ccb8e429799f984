#include "monitoring/metric_set.h"

#include "monitoring/emf.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <regex>
#include <set>

namespace forecart {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

TEST(MetricDefinitions, AreNamedAsPrometheusAsksFor) {
  std::set<std::string_view> names;
  for (const MetricDefinition& definition : metric_definitions()) {
    const std::string name(definition.name);
    EXPECT_TRUE(names.insert(definition.name).second) << name;
    EXPECT_TRUE(std::regex_match(name, std::regex("forecart_[a-z_]+"))) << name;
    EXPECT_EQ(name.ends_with("_total"), definition.kind == MetricKind::counter) << name;
    EXPECT_EQ(definition.bounds.empty(), definition.kind != MetricKind::histogram) << name;
    EXPECT_TRUE(std::is_sorted(definition.bounds.begin(), definition.bounds.end())) << name;
    const bool tells_seconds = name.find("seconds") != std::string::npos;
    EXPECT_EQ(tells_seconds, definition.unit == MetricUnit::seconds) << name;
    const bool tells_bytes = name.find("bytes") != std::string::npos;
    EXPECT_EQ(tells_bytes, definition.unit == MetricUnit::bytes) << name;
    for (const std::string_view label : definition.labels) {
      const std::set<std::string_view> few{"",       "dataset", "status",    "stage", "panel",
                                           "level",  "code",    "operation", "route", "method",
                                           "reason", "version", "direction", "lane",  "platform"};
      EXPECT_TRUE(few.contains(label)) << label << ": may it have many values?";
    }
  }
}

TEST(MetricSet, CountersGaugesAndHistogramsAsPrometheusReadsThem) {
  MetricSet metrics;
  metrics.add(Metric::rows_read, 3, {"orders"});
  metrics.add(Metric::rows_read, 4, {"orders"});
  metrics.set(Metric::queue_depth, 2);
  metrics.observe(Metric::run_stage_seconds, 0.2, {"models"});
  metrics.observe(Metric::run_stage_seconds, 7, {"models"});
  const std::string text = metrics.prometheus_text();
  EXPECT_THAT(text, HasSubstr("# TYPE forecart_rows_read_total counter\n"));
  EXPECT_THAT(text, HasSubstr("\nforecart_rows_read_total{dataset=\"orders\"} 7"));
  EXPECT_THAT(text, HasSubstr("\nforecart_queue_depth 2"));
  EXPECT_THAT(text, HasSubstr("forecart_run_stage_seconds_bucket{stage=\"models\",le=\"0.25\"} 1"));
  EXPECT_THAT(text, HasSubstr("forecart_run_stage_seconds_bucket{stage=\"models\",le=\"+Inf\"} 2"));
  EXPECT_THAT(text, HasSubstr("forecart_run_stage_seconds_sum{stage=\"models\"} 7.2"));
}

TEST(MetricSet, LabelsCannotBreakTheText) {
  MetricSet metrics;
  metrics.set(Metric::files_waiting, 1, {"a\"} 5\nforged 1"});
  EXPECT_THAT(metrics.prometheus_text(), Not(HasSubstr("\nforged 1")));
}

TEST(MetricSet, RaiseToFollowsATotalThatNeverFalls) {
  MetricSet metrics;
  metrics.raise_to(Metric::store_requests, 5, {"get"});
  metrics.raise_to(Metric::store_requests, 8, {"get"});
  metrics.raise_to(Metric::store_requests, 2, {"get"});
  ASSERT_THAT(metrics.samples(), SizeIs(1));
  EXPECT_EQ(metrics.samples().front().value, 8);
}

TEST(MetricSet, DroppedSeriesAreNoLongerTold) {
  MetricSet metrics;
  metrics.set(Metric::data_age, 5, {"gone"});
  metrics.set(Metric::data_age, 6, {"kept"});
  metrics.drop(Metric::data_age, {"gone"});
  metrics.drop(Metric::data_age, {"never"});
  EXPECT_THAT(metrics.prometheus_text(), Not(HasSubstr("gone")));
  EXPECT_THAT(metrics.prometheus_text(), HasSubstr("kept"));
}

Instant at_second(std::int64_t seconds) {
  return Instant(std::chrono::seconds(seconds));
}

TEST(Emf, TellsGrowthOfCountersAndValuesOfGauges) {
  MetricSet metrics;
  EmfWriter writer;
  metrics.add(Metric::rows_accepted, 7, {"orders"});
  metrics.set(Metric::alerts_active, 2, {"orders"});
  metrics.observe(Metric::run_stage_seconds, 1.5, {"models"});
  const auto first = writer.lines(metrics.samples(), at_second(1700000000));
  ASSERT_THAT(first, SizeIs(2));
  const json line = json::parse(first.front());
  EXPECT_EQ(line["_aws"]["Timestamp"], 1700000000000);
  const json expected = {{"Namespace", "forecart"},
                         {"Dimensions", {{"dataset"}}},
                         {"Metrics",
                          {{{"Name", "forecart_rows_accepted_total"}, {"Unit", "Count"}},
                           {{"Name", "forecart_alerts_active"}, {"Unit", "Count"}}}}};
  EXPECT_EQ(line["_aws"]["CloudWatchMetrics"], json::array({expected}));
  EXPECT_EQ(line["dataset"], "orders");
  EXPECT_EQ(line["forecart_rows_accepted_total"], 7);
  EXPECT_EQ(line["forecart_alerts_active"], 2);
  EXPECT_EQ(json::parse(first.back())["forecart_run_stage_seconds_sum"], 1.5);

  metrics.add(Metric::rows_accepted, 3, {"orders"});
  const auto second = writer.lines(metrics.samples(), at_second(1700000060));
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_EQ(json::parse(second.front())["forecart_rows_accepted_total"], 3);
}

/// Each "<name>[<dimensions>]" that a line declares.
std::set<std::string> declared(const std::string& line) {
  std::set<std::string> all;
  const json told = json::parse(line);
  for (const json& directive : told["_aws"]["CloudWatchMetrics"]) {
    for (const json& metric : directive["Metrics"]) {
      all.insert(metric["Name"].get<std::string>() + directive["Dimensions"][0].dump());
    }
  }
  return all;
}

TEST(Emf, WhatIsRolledUpIsDeclaredTwice) {
  MetricSet metrics;
  EmfWriter writer;
  metrics.set(Metric::coverage, 0.9, {"orders", "daily", "95"});
  metrics.add(Metric::failures, 1, {"orders", "unavailable"});
  const auto lines = writer.lines(metrics.samples(), at_second(0), {{"trace", "Root=1"}});
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_THAT(declared(lines[0]),
              testing::ElementsAre("forecart_failures_total[\"dataset\",\"code\"]",
                                   "forecart_failures_total[]"));
  EXPECT_THAT(declared(lines[1]),
              testing::ElementsAre("forecart_coverage_ratio[\"dataset\",\"panel\",\"level\"]",
                                   "forecart_coverage_ratio[\"level\"]"));
  for (const std::string& line : lines) EXPECT_EQ(json::parse(line)["trace"], "Root=1");
}

TEST(MetricDefinitions, AreRolledUpToTheirOwnLabels) {
  for (const MetricDefinition& definition : metric_definitions()) {
    const std::string_view label = definition.roll_up.value_or("");
    EXPECT_TRUE(label.empty() ||
                std::ranges::find(definition.labels, label) != definition.labels.end())
        << definition.name;
    const std::size_t least = !definition.roll_up ? 0 : label.empty() ? 1 : 2;
    EXPECT_GE(label_count(definition), least) << definition.name;
  }
}

TEST(Emf, KeepsTheLimitsOfALine) {
  std::vector<MetricSample> samples;
  for (int i = 0; i < 250; ++i) samples.push_back({Metric::queue_depth, {}, double(i)});
  EmfWriter writer;
  std::size_t told = 0;
  for (const std::string& text : writer.lines(samples, at_second(0))) {
    const json metrics = json::parse(text)["_aws"]["CloudWatchMetrics"][0]["Metrics"];
    EXPECT_LE(metrics.size(), kMostEmfMetrics);
    told += metrics.size();
  }
  EXPECT_EQ(told, 250U);
  for (const MetricDefinition& definition : metric_definitions()) {
    EXPECT_LE(label_count(definition), kMostEmfDimensions);
  }
}

}  // namespace
}  // namespace forecart
