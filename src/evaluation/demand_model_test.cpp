#include "evaluation/demand_model.h"

#include "evaluation/backtest.h"
#include "models/baseline/average.h"
#include "models/baseline/naive.h"
#include "models/series_model.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

using Eigen::Index;

ModelPtr weekly_naive() {
  return per_series(make_seasonal_naive(7), make_window_average(7));
}

/// Ten of an item are wanted every day; bucket 6 of each week is closed, and bucket 30 was closed
/// without notice.
Panel sales() {
  std::vector<double> y;
  for (int t = 0; t < 70; ++t) y.push_back(t % 7 == 6 || t == 30 ? 0 : 10);
  Panel panel{Calendar(Frequency::parse("D"), TimeZone())};
  panel.add("a", 0, y);
  return panel;
}

AvailabilityPtr shop() {
  Availability shop;
  shop.ahead = {0, Eigen::VectorXd::Ones(100)};
  for (Index t = 6; t < 100; t += 7) shop.ahead.shares[t] = 0;
  shop.past = {30, Eigen::VectorXd::Zero(1)};
  return std::make_shared<Availability>(shop);
}

TEST(DemandModel, ForecastsDemandAndTheSalesItAllows) {
  const auto fitted = on_demand(per_series(make_window_average(7), make_window_average(7)), shop())
                          ->fit(sales(), {}, {});
  const Forecast sold = fitted->forecast(14);
  const auto demand = forecast_demand(*fitted, 14, {});
  ASSERT_TRUE(demand);
  for (Index k = 0; k < 14; ++k) {
    EXPECT_DOUBLE_EQ(demand->series[0].distribution->mean(k), 10) << "zeros were no demand";
    EXPECT_DOUBLE_EQ(sold.series[0].distribution->mean(k), k % 7 == 6 ? 0 : 10);
    EXPECT_EQ(fitted->components(14)[0].total()[k], sold.series[0].distribution->mean(k));
  }
  EXPECT_EQ(fitted->ledger()[0].gaps, 9) << "eight closed days between, and a sudden one";
}

TEST(DemandModel, IsScoredOnSalesAndKnowsNoClosureThatIsNotKnownAhead) {
  BacktestOptions options;
  options.horizon = 7;
  options.windows = 6;
  options.step = 7;
  const ModelPtr model =
      on_demand(per_series(make_window_average(7), make_window_average(7)), shop());
  const ModelBacktest result = backtest(*model, sales(), options);
  for (const BacktestRow& row : result.rows) {
    const bool sudden = row.bucket == 30;
    EXPECT_NEAR(row.point.mean - row.point.y, sudden ? 10 : 0, 1e-12) << row.bucket;
  }
}

TEST(DemandModel, ADayThatIsNeverOpenDoesNotStopASeasonalModel) {
  const auto fitted = on_demand(weekly_naive(), shop())->fit(sales(), {}, {});
  EXPECT_EQ(fitted->ledger()[0].fallback, "") << fitted->ledger()[0].reason;
  const auto demand = forecast_demand(*fitted, 7, {});
  EXPECT_DOUBLE_EQ(demand->series[0].distribution->mean(6), 10) << "as its neighbours";
  EXPECT_DOUBLE_EQ(fitted->forecast(7).series[0].distribution->mean(6), 0);
}

TEST(DemandModel, AnOutlierIsHiddenFromOriginsThatKnowItAndNoOthers) {
  std::vector<double> values(50, 10);
  values[40] = 1000;
  Panel panel{sales().calendar()};
  panel.add("a", 0, values);
  auto unusual = std::make_shared<Availability>();
  unusual->outliers["a"] = {{.bucket = 40, .known_from = 41}};
  const ModelPtr model =
      on_demand(per_series(make_window_average(7), make_window_average(7)), unusual);
  BacktestOptions options;
  options.horizon = options.step = options.refit = 1;
  options.windows = 9;
  const ModelBacktest result = backtest(*model, panel, options);
  ASSERT_EQ(result.rows.size(), 9U);
  for (const BacktestRow& row : result.rows) {
    EXPECT_DOUBLE_EQ(row.point.mean, row.cutoff == 40 ? 1060.0 / 7 : 10) << row.cutoff;
  }
}

TEST(DemandModel, SavesWhatTheModelItselfWould) {
  const ModelPtr model = on_demand(weekly_naive(), shop());
  const auto fitted = model->fit(sales(), {}, {});
  const auto loaded = model->load(fitted->save());
  Panel more(sales().calendar());
  more.add("a", 70, std::vector<double>{12, 12, 12, 12, 12, 12, 0});
  const auto clone = fitted->clone();
  loaded->update(more);
  clone->update(more);
  EXPECT_EQ(loaded->save(), clone->save());
  EXPECT_DOUBLE_EQ(loaded->forecast(7).series[0].distribution->mean(0), 12);
  EXPECT_DOUBLE_EQ(loaded->forecast(7).series[0].distribution->mean(6), 0);
  EXPECT_FALSE(forecast_demand(*weekly_naive()->fit(sales(), {}, {}), 7, {}));
}

}  // namespace
}  // namespace forecart
