#include "pipeline/panel_run.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

/// 300 days: "cable" sells to the end, "lamp" did for the first 262.
Panel shop() {
  std::vector<double> cable;
  std::vector<double> lamp;
  for (int day = 0; day < 300; ++day) {
    cable.push_back(5 + day % 3);
    lamp.push_back(day < 262 ? 4 : 0);
  }
  Panel panel{Calendar(Frequency::parse("D"), TimeZone())};
  panel.add("cable", 0, cable);
  panel.add("lamp", 0, lamp);
  return panel;
}

PanelRunOptions two_windows(Eigen::Index horizon) {
  PanelRunOptions options;
  options.models = {"WindowAverage"};
  options.backtest.horizon = horizon;
  options.backtest.step = horizon;
  options.backtest.windows = 2;
  options.backtest.mase_season = 7;
  options.backtest.fit.horizon = horizon;
  return options;
}

/// At the first origin the lamp has been silent for ten days only; no fit sees more.
TEST(PanelRun, TheLedgerTellsOfAnItemThatEndedSinceTheFit) {
  ModelRegistry registry({.frequency = Frequency::parse("D"), .season_length = 7});
  const PanelRun run = run_panel(shop(), registry, two_windows(14));
  ASSERT_FALSE(run.refitted);
  ASSERT_EQ(run.windows, 2);
  EXPECT_EQ(run.forecasts[0].forecast.series[1].distribution->mean(0), 0);
  const ModelBacktest& result = run.results[0];
  EXPECT_EQ(result.ledger[0].demand, "");
  EXPECT_NE(result.ledger[1].demand.find("ended: last sale 1970-09-19, silent for 38 steps"),
            std::string::npos)
      << result.ledger[1].demand;
  EXPECT_DOUBLE_EQ(result.fit_seconds,
                   (result.ledger[0].milliseconds + result.ledger[1].milliseconds) / 1000)
      << "there was one fit";
  EXPECT_EQ(endings_of(run.results), "1 series has ended: 'lamp', last sale 1970-09-19");
}

TEST(PanelRun, TheLedgerOfABacktestIsThatOfItsLastOrigin) {
  ModelRegistry registry({.frequency = Frequency::parse("D"), .season_length = 7});
  const auto results = backtest_panel(shop(), registry, two_windows(14));
  EXPECT_NE(results[0].ledger[1].demand.find("silent for 24 steps"), std::string::npos)
      << results[0].ledger[1].demand;
}

TEST(PanelRun, NothingIsToldWhereNothingEnded) {
  ModelRegistry registry({.frequency = Frequency::parse("D"), .season_length = 7});
  EXPECT_EQ(endings_of(run_panel(shop(), registry, two_windows(60)).results), "");
}

/// As the state says that is kept and goes on.
TEST(PanelRun, TheLedgerAfterTheLastFitTellsOfCalibratedIntervals) {
  ModelRegistry registry({.frequency = Frequency::parse("D"), .season_length = 7});
  const PanelRun run = run_panel(shop(), registry, two_windows(60));
  ASSERT_TRUE(run.refitted);
  const ModelBacktest& result = run.results[0];
  const std::string told = result.ledger[0].interval_method;
  EXPECT_TRUE(told.ends_with(" + calibrated (quantile) on 2 origins")) << told;
  EXPECT_EQ(told, result.fitted->ledger()[0].interval_method);
}

}  // namespace
}  // namespace forecart
