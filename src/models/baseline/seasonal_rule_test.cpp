#include "models/baseline/seasonal_rule.h"

#include "base/random.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace forecart {
namespace {

const double kMissing = std::numeric_limits<double>::quiet_NaN();

SeriesFit fit(SeasonalRule rule, const std::vector<double>& y, std::vector<int> seasons = {4}) {
  static const Calendar calendar;
  return make_seasonal_rule(rule, std::move(seasons))->fit({calendar, 0, y}, {});
}

/// Four places with values 10, 20, 40, 80 times a level that grows by `growth` a season.
std::vector<double> growing(int n, double growth) {
  std::vector<double> y;
  for (int t = 0; t < n; ++t)
    y.push_back(10 * std::pow(2, t % 4) * std::pow(growth, std::floor(t / 4.0)));
  return y;
}

TEST(SeasonalMedian, TakesTheMiddleOfThree) {
  const std::vector<double> y{1, 2, 3, 4, 5, 9, 3, 4, 3, 7, 3, 4};
  const auto forecast = fit(SeasonalRule::median, y).fitted->forecast(5);
  EXPECT_NEAR(forecast->mean(0), 3, 1e-12);
  EXPECT_NEAR(forecast->mean(1), 7, 1e-12);
  EXPECT_NEAR(forecast->mean(2), 3, 1e-12);
  EXPECT_NEAR(forecast->mean(4), forecast->mean(0), 1e-12);
}

TEST(SeasonalMedian, UsesTheLongestSeasonItHoldsThreeTimes) {
  const auto season = [](int n) {
    return fit(SeasonalRule::median, growing(n, 1), {4, 12})
        .fitted->explain()
        .at("season_length")
        .get<int>();
  };
  EXPECT_EQ(season(35), 4);
  EXPECT_EQ(season(36), 12);
}

TEST(SeasonalGrowth, SameGrowthIsThatOfPastSeasonsShrunk) {
  const auto forecast = fit(SeasonalRule::same_growth, growing(40, 1.5)).fitted->forecast(4);
  // the last value is 80 * 1.5^9; a season ago it went on by a factor 1.5 / 8 to the next place
  EXPECT_NEAR(forecast->mean(0), 80 * std::pow(1.5, 9) * std::pow(1.5 / 8, 6.0 / 7), 1e-6);
}

TEST(SeasonalGrowth, LevelChangeIsCarriedByFourFifths) {
  const auto forecast = fit(SeasonalRule::level_change, growing(40, 1.5)).fitted->forecast(8);
  EXPECT_NEAR(forecast->mean(0), 10 * std::pow(1.5, 9) * std::pow(1.5, .8), 1e-6);
  EXPECT_NEAR(forecast->mean(7), forecast->mean(3), 1e-6);
}

TEST(SeasonalGrowth, AddsWhereValuesAreNotAboveZero) {
  std::vector<double> y{0, 10, 20, 30, 1, 11, 21, 31, 2, 12, 22, 32};
  const auto forecast = fit(SeasonalRule::level_change, y).fitted->forecast(1);
  EXPECT_NEAR(forecast->mean(0), 2.8, 1e-12);
}

class AnyRule : public testing::TestWithParam<SeasonalRule> {};

std::vector<double> noisy(int n) {
  Generator generator(2);
  std::vector<double> y = growing(n, 1.01);
  for (double& value : y) value *= std::exp(.1 * generator.normal());
  return y;
}

TEST_P(AnyRule, IntervalsHoldWhatTheySay) {
  const auto y = noisy(900);
  double inside = 0;
  for (int origin = 400; origin < 880; origin += 4) {
    const auto forecast = fit(GetParam(), {y.begin(), y.begin() + origin}).fitted->forecast(8);
    for (int k = 0; k < 8; ++k) {
      const double value = y[static_cast<std::size_t>(origin + k)];
      if (forecast->quantile(k, .1) <= value && value <= forecast->quantile(k, .9)) inside += 1;
    }
  }
  EXPECT_NEAR(inside / (120 * 8), .8, .06);
}

TEST_P(AnyRule, MovesOnAsFittedAnew) {
  const auto y = noisy(300);
  const auto moved = fit(GetParam(), {y.begin(), y.begin() + 280}).fitted;
  moved->update(std::span(y).subspan(280));
  const auto anew = fit(GetParam(), y).fitted;
  for (int k = 0; k < 9; ++k) {
    EXPECT_DOUBLE_EQ(moved->forecast(9)->mean(k), anew->forecast(9)->mean(k));
    EXPECT_DOUBLE_EQ(moved->forecast(9)->quantile(k, .9), anew->forecast(9)->quantile(k, .9));
  }
}

TEST_P(AnyRule, ScalingTheValuesScalesTheForecast) {
  auto y = noisy(200);
  const auto forecast = fit(GetParam(), y).fitted->forecast(8);
  for (double& value : y) value *= 100;
  const auto larger = fit(GetParam(), y).fitted->forecast(8);
  for (int k = 0; k < 8; ++k) {
    EXPECT_NEAR(larger->mean(k), 100 * forecast->mean(k), 1e-9 * larger->mean(k));
    EXPECT_NEAR(larger->quantile(k, .9), 100 * forecast->quantile(k, .9), 1e-9 * larger->mean(k));
  }
}

TEST_P(AnyRule, AMissingValueStandsAsForecast) {
  const auto fitted = fit(GetParam(), noisy(200)).fitted;
  const auto gap = fitted->clone();
  gap->update(std::vector<double>{kMissing});
  const auto filled = fitted->clone();
  filled->update(std::vector<double>{fitted->forecast(1)->mean(0)});
  EXPECT_NEAR(gap->forecast(4)->mean(3), filled->forecast(4)->mean(3), 1e-9);
}

TEST_P(AnyRule, PartsAddUp) {
  const auto fitted = fit(GetParam(), noisy(200)).fitted;
  const Components parts = fitted->components(10);
  EXPECT_EQ(parts.names.front(), "level");
  for (int k = 0; k < 10; ++k)
    EXPECT_NEAR(parts.total()[k], fitted->forecast(10)->mean(k), 1e-9 * parts.total()[k]);
}

TEST_P(AnyRule, SurvivesOddSeries) {
  std::vector<double> gaps = noisy(100);
  for (std::size_t t = 1; t < 99; t += 3) gaps[t] = kMissing;
  std::vector<double> huge = noisy(100);
  for (double& value : huge) value = (value - 100) * 1e304;
  for (const auto& y : {gaps, huge, std::vector<double>(60, 0.0), noisy(12)}) {
    const SeriesFit result = fit(GetParam(), y);
    ASSERT_NE(result.fitted, nullptr) << result.reason;
    const auto forecast = result.fitted->forecast(30);
    for (int k = 0; k < 30; ++k) EXPECT_TRUE(std::isfinite(forecast->quantile(k, .9)));
  }
  EXPECT_FALSE(fit(GetParam(), {1, 2, 3}).reason.empty());
  EXPECT_FALSE(fit(GetParam(), noisy(60), {}).reason.empty());
}

INSTANTIATE_TEST_SUITE_P(Rules, AnyRule,
                         testing::Values(SeasonalRule::median, SeasonalRule::level_change,
                                         SeasonalRule::same_growth));

}  // namespace
}  // namespace forecart
