#include "models/baseline/average.h"
#include "models/baseline/naive.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace forecart {
namespace {

const double kMissing = std::numeric_limits<double>::quiet_NaN();
const Calendar kHourly{Frequency::parse("h"), TimeZone()};

std::unique_ptr<FittedSeries> fit(const SeriesModelPtr& model, const std::vector<double>& values) {
  return model->fit({kHourly, 0, values}, {}).fitted;
}

TEST(Naive, RepeatsTheLastValueWithGrowingVariance) {
  const auto fitted = fit(make_naive(), {1, 3, 2, 4});
  const auto forecast = fitted->forecast(3);
  EXPECT_DOUBLE_EQ(forecast->mean(2), 4);
  // differences 2, -1, 2: sigma^2 = 3; z(0.9) = 1.2815515655446004
  EXPECT_NEAR(forecast->quantile(2, 0.9), 4 + 1.2815515655446004 * 3, 1e-12);
}

TEST(SeasonalNaive, RepeatsTheLastSeasonAndBridgesMissingValues) {
  const auto fitted = fit(make_seasonal_naive(3), {1, 2, 3, 4, kMissing, 6});
  const auto forecast = fitted->forecast(4);
  EXPECT_DOUBLE_EQ(forecast->mean(0), 4);
  EXPECT_DOUBLE_EQ(forecast->mean(1), 2);
  EXPECT_DOUBLE_EQ(forecast->mean(3), 4);
  fitted->update(std::vector<double>{7, kMissing});
  EXPECT_DOUBLE_EQ(fitted->forecast(3)->mean(0), 6);
  EXPECT_DOUBLE_EQ(fitted->forecast(3)->mean(1), 7);
  EXPECT_DOUBLE_EQ(fitted->forecast(3)->mean(2), 2);
}

TEST(SeasonalNaive, SaysWhyItCannotBeUsed) {
  const auto outcome = make_seasonal_naive(24)->fit({kHourly, 0, std::vector<double>(24, 1)}, {});
  EXPECT_EQ(outcome.fitted, nullptr);
  EXPECT_FALSE(outcome.reason.empty());
}

TEST(SeasonalNaive, CountsTheKnownValuesInItsReason) {
  std::vector<double> values(50, kMissing);
  values.front() = values.back() = 1;
  const auto outcome = make_seasonal_naive(24)->fit({kHourly, 0, values}, {});
  EXPECT_EQ(outcome.reason, "needs more than one season of 24 known values, has 2");
}

TEST(Naive, WithoutAKnownDifferenceIsNotUsable) {
  const std::vector<double> every_other{1, kMissing, 2, kMissing, 5};
  const auto outcome = make_naive()->fit({kHourly, 0, every_other}, {});
  EXPECT_EQ(outcome.fitted, nullptr);
  EXPECT_EQ(outcome.reason, "no two known values lie a season of 1 apart, of 3 known");
}

TEST(HistoricAverage, MovesOnAsIfFittedAnew) {
  const auto moved = fit(make_historic_average(), {1, 2, 3});
  moved->update(std::vector<double>{kMissing, 10});
  const auto anew = fit(make_historic_average(), {1, 2, 3, kMissing, 10});
  EXPECT_DOUBLE_EQ(moved->forecast(1)->mean(0), 4);
  EXPECT_DOUBLE_EQ(moved->forecast(1)->quantile(0, 0.9), anew->forecast(1)->quantile(0, 0.9));
}

TEST(WindowAverage, TakesAnythingEvenNothing) {
  EXPECT_DOUBLE_EQ(fit(make_window_average(3), {})->forecast(2)->mean(1), 0);
  EXPECT_DOUBLE_EQ(fit(make_window_average(3), {5})->forecast(2)->mean(1), 5);
  EXPECT_DOUBLE_EQ(fit(make_window_average(3), {9, 1, 2, 3})->forecast(1)->mean(0), 2);
}

TEST(WindowAverage, OfOneValueSpreadsAsAPoisson) {
  const auto forecast = fit(make_window_average(3), {5})->forecast(1);
  EXPECT_NEAR(forecast->quantile(0, 0.9), 5 + 1.2815515655446004 * std::sqrt(5.0), 1e-12);
  const auto error_known = fit(make_window_average(3), {5, 6})->forecast(1);
  EXPECT_NEAR(error_known->quantile(0, 0.9), 5.5 + 1.2815515655446004, 1e-12);
  EXPECT_EQ(fit(make_window_average(3), {0, 0, 0})->forecast(1)->quantile(0, 0.9), 0);
}

/// Ten days with level 1 and five with level 3 of the profile 2 + sin.
std::vector<double> two_levels() {
  std::vector<double> values;
  for (int t = 0; t < 15 * 24; ++t) {
    values.push_back((t < 240 ? 1 : 3) * (2 + std::sin(2 * M_PI * (t % 24) / 24)));
  }
  return values;
}

class AnyBaseline : public testing::TestWithParam<SeriesModelPtr> {};

TEST_P(AnyBaseline, SavedStateForecastsTheSame) {
  auto values = two_levels();
  values[100] = kMissing;
  const auto fitted = fit(GetParam(), values);
  const auto bytes = nlohmann::json::to_cbor(fitted->save());
  const auto loaded = GetParam()->load(nlohmann::json::from_cbor(bytes), kHourly);
  for (int step = 0; step < 30; ++step) {
    EXPECT_EQ(loaded->forecast(30)->mean(step), fitted->forecast(30)->mean(step));
    EXPECT_EQ(loaded->forecast(30)->quantile(step, 0.1), fitted->forecast(30)->quantile(step, 0.1));
  }
  EXPECT_FALSE(fitted->explain().empty());
}

TEST_P(AnyBaseline, ScalesWithTheData) {
  const auto values = two_levels();
  std::vector<double> scaled(values);
  for (double& y : scaled) y *= 4;
  const auto small = fit(GetParam(), values)->forecast(24);
  const auto large = fit(GetParam(), scaled)->forecast(24);
  for (int step = 0; step < 24; ++step) {
    EXPECT_NEAR(large->mean(step), 4 * small->mean(step),
                1e-9 * std::abs(large->mean(step)) + 1e-12);
  }
}

INSTANTIATE_TEST_SUITE_P(All, AnyBaseline,
                         testing::Values(make_naive(), make_seasonal_naive(24),
                                         make_historic_average(), make_window_average(24)),
                         [](const auto& instance) { return instance.param->name(); });

}  // namespace
}  // namespace forecart
