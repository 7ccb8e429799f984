#include "pipeline/run_models.h"

#include "pipeline/level_scores.h"
#include "pipeline/panel_run.h"
#include "table/expect_error.h"

#include "hierarchy/summed_panel.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace forecart {
namespace {

using testing::ElementsAre;

const HierarchyPlan kPlan{Reconciliation::structural, {"total", "city"}};

/// 200 days of three series, whose forecasts by AutoETS do not add up.
Panel shop() {
  Panel panel{Calendar(Frequency::parse("D"), TimeZone())};
  for (int i = 0; i < 3; ++i) {
    std::vector<double> values;
    for (int day = 0; day < 200; ++day) {
      values.push_back((day * (7 + i) + day % 7 * i) % (11 + 3 * i) + (day > 120 + i ? 3 : 0));
    }
    panel.add((i < 2 ? "city=A/item=" : "city=B/item=") + std::to_string(i), 0, values);
  }
  return with_sums(panel, kPlan.levels);
}

PanelRunOptions options() {
  PanelRunOptions options;
  options.models = {"AutoETS"};
  options.backtest.horizon = 7;
  options.backtest.step = 7;
  options.backtest.windows = 3;
  options.backtest.mase_season = 7;
  options.backtest.fit.horizon = 7;
  options.hierarchy = kPlan;
  return options;
}

ModelOptions daily() {
  ModelOptions options;
  options.frequency = Frequency::parse("D");
  options.season_length = 7;
  options.possible_seasons = {7};
  return options;
}

TEST(RunModels, OfAHierarchyAreProvenBeforeAndAfter) {
  ModelRegistry registry(daily());
  RunModels models(registry, nullptr, kPlan);
  EXPECT_THAT(models.proven({"Naive", "AutoETS"}),
              ElementsAre("Naive", "Naive/structural", "AutoETS", "AutoETS/structural"));
  EXPECT_THAT(models.published({"Naive"}), ElementsAre("Naive/structural"));
  EXPECT_EQ(models.make("Naive/structural")->name(), "Naive/structural");
  EXPECT_EQ(models.make("Naive")->name(), "Naive");
  expect_error(ErrorCode::unknown_name, "bottom-up", [&] { models.make("Naive/best"); });
  expect_error(ErrorCode::unknown_name, "'Best'", [&] { models.make("Best/ols"); });
}

TEST(RunModels, WithoutAHierarchyAreThemselves) {
  ModelRegistry registry(daily());
  RunModels models(registry, nullptr);
  EXPECT_THAT(models.proven({"Naive"}), ElementsAre("Naive"));
  EXPECT_THAT(models.published({"Naive"}), ElementsAre("Naive"));
}

TEST(RunModels, ARunPublishesWhatAddsUp) {
  ModelRegistry registry(daily());
  const Panel panel = shop();
  const PanelRun run = run_panel(panel, registry, options());
  ASSERT_EQ(run.results.size(), 2U);
  ASSERT_EQ(run.forecasts.size(), 1U);
  EXPECT_EQ(run.forecasts[0].model, "AutoETS/structural");
  EXPECT_FALSE(run.forecasts_with(run.results[0]));
  EXPECT_TRUE(run.forecasts_with(run.results[1]));
  EXPECT_EQ(&run.result_of("AutoETS/structural"), &run.results[1]);
  std::map<std::string, double> mean;
  for (const SeriesForecast& series : run.forecasts[0].forecast.series) {
    mean[series.id] = series.distribution->mean(6);
  }
  EXPECT_NEAR(mean["total"], mean["city=A"] + mean["city=B"], 1e-9);
  EXPECT_NEAR(mean["city=A"], mean["city=A/item=0"] + mean["city=A/item=1"], 1e-9);
  // The base is fitted once for both.
  EXPECT_EQ(run.results[0].member_seconds.size(), 0U);
  EXPECT_EQ(run.results[1].member_seconds.count("AutoETS"), 1U);
}

TEST(LevelScores, MeanTheSeriesOfEachLevel) {
  ModelRegistry registry(daily());
  const Panel panel = shop();
  const auto results = backtest_panel(panel, registry, options());
  const Table table = level_table(panel, results, kPlan, options().backtest.levels);
  ASSERT_EQ(table.row_count(), 6U);
  const auto column = [&](const char* name) {
    for (const Column& one : table.columns()) {
      if (one.name == name) return one.values;
    }
    return ColumnValues();
  };
  EXPECT_THAT(std::get<std::vector<std::string>>(column("level")),
              ElementsAre("total", "total", "city", "city", "city/item", "city/item"));
  EXPECT_THAT(std::get<std::vector<std::int64_t>>(column("series")), ElementsAre(1, 1, 2, 2, 3, 3));
  const auto mae = std::get<std::vector<double>>(column("mae"));
  EXPECT_DOUBLE_EQ(mae[0], results[0].series[0].mae);
  EXPECT_DOUBLE_EQ(mae[3], (results[1].series[1].mae + results[1].series[2].mae) / 2);
}

}  // namespace
}  // namespace forecart
