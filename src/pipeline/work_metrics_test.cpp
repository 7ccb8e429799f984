#include "pipeline/work_metrics.h"

#include "pipeline/run_quality.h"
#include "pipeline/small_shop.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace forecart {
namespace {

using nlohmann::json;

/// What is told of data sets while nothing happens to them, but for times.
std::map<std::string, double> gauges(const MetricSet& metrics) {
  const std::set<Metric> wanted{Metric::run_error, Metric::run_error_above_band, Metric::coverage,
                                Metric::alerts_active, Metric::run_bias};
  std::map<std::string, double> values;
  for (const MetricSample& sample : metrics.samples()) {
    if (!wanted.contains(sample.metric)) continue;
    std::string name = std::to_string(static_cast<int>(sample.metric));
    for (const auto& [label, value] : sample.labels) name += " " + value;
    values[name] = sample.value;
  }
  return values;
}

std::optional<double> value_of(const MetricSet& metrics, Metric metric) {
  const auto samples = metrics.samples();
  const auto found = std::ranges::find(samples, metric, &MetricSample::metric);
  return found == samples.end() ? std::nullopt : std::optional(found->value);
}

TEST(WorkMetrics, KnowAfterARestartWhatTheyKnewBefore) {
  const SmallShop shop;
  const Repository repository = Repository::open(shop.shop());
  MetricSet metrics;
  WorkMetrics work(metrics);
  for (const int day : {29, 30}) {  // the second run goes on from the first and proves nothing
    shop.put_into_inbox(std::to_string(day) + ".csv", day, day);
    const WorkReport report = shop.work();
    ASSERT_TRUE(report.run);
    work.count(to_json(report));
    MetricSet restarted;
    WorkMetrics restored(restarted);
    restored.restore(repository, "orders");
    EXPECT_EQ(gauges(restarted), gauges(metrics)) << day;
    EXPECT_GE(gauges(restarted).size(), 4U)
        << "two levels, bias, alerts; a season without error has none";
    EXPECT_EQ(value_of(restarted, Metric::files_waiting), 0);
    EXPECT_GT(value_of(restarted, Metric::data_age).value_or(0), 86400.0);
    EXPECT_LT(value_of(restarted, Metric::forecast_age).value_or(1e9), 3600.0);
    EXPECT_GT(value_of(metrics, Metric::run_cost).value_or(0), 0.0);
  }
}

TEST(WorkMetrics, TellNothingOfADataSetThatHasNothing) {
  const SmallShop shop;
  Repository repository = Repository::open(shop.shop());
  MetricSet metrics;
  WorkMetrics(metrics).restore(repository, "other");
  EXPECT_FALSE(value_of(metrics, Metric::alerts_active));
  WorkMetrics(metrics).restore(repository, "orders");  // taken in, no run yet
  EXPECT_EQ(value_of(metrics, Metric::alerts_active), 0);
  EXPECT_FALSE(value_of(metrics, Metric::run_error));
}

TEST(RunQuality, IsThatOfTheBestModel) {
  const auto score = [](double mae, double mase) {
    return json{{"mae", mae}, {"mase", mase}, {"coverage", {{"80", mase / 2}}}};
  };
  const json unknown{{"mae", nullptr}, {"mase", nullptr}, {"coverage", {{"80", nullptr}}}};
  const json panel{{"panel", "daily"},
                   {"scores", {unknown, score(3, 1.5), score(2, 1), score(4, 2)}},
                   {"watch", {{"series", 4}, {"error_above_band", 1}, {"coverage_drift", 3}}}};
  const auto panels = quality_in_report({{"panels", {panel, {{"panel", "weekly"}}}}});
  ASSERT_EQ(panels.size(), 2U);
  EXPECT_EQ(panels[0].mase, 1);
  EXPECT_THAT(panels[0].coverage, testing::ElementsAre(testing::Pair("80", 0.5)));
  EXPECT_EQ(panels[0].error_above_band, 0.25);
  EXPECT_EQ(panels[0].coverage_drift, 0.75);
  EXPECT_EQ(panels[1].panel, "weekly");
  EXPECT_FALSE(panels[1].mase || panels[1].error_above_band);
}

}  // namespace
}  // namespace forecart
