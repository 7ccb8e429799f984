#include "models/smoothing/double_seasonal_es.h"

#include "base/random.h"
#include "models/smoothing/double_seasonal_state.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>
#include <numbers>

namespace forecart {
namespace {

using Eigen::VectorXd;

const double kMissing = std::numeric_limits<double>::quiet_NaN();
const Calendar kHours{Frequency::parse("h"), TimeZone()};

double wave(std::size_t t, int season) {
  return std::sin(2 * std::numbers::pi * static_cast<double>(t) / season);
}

std::vector<double> hours(std::size_t n, std::uint64_t seed = 1) {
  Generator generator(seed);
  std::vector<double> y;
  double departure = 0;
  for (std::size_t t = 0; t < n; ++t) {
    departure = .8 * departure + .05 * generator.normal();
    y.push_back(100 * std::exp(.5 * wave(t, 24) + .3 * wave(t, 168) + departure));
  }
  return y;
}

SeriesFit fit(const std::vector<double>& y, std::vector<int> seasons = {24, 168}) {
  FitOptions options;
  options.horizon = 24;
  return make_double_seasonal_es({std::move(seasons)})->fit({kHours, 0, y}, options);
}

/// A small state by hand: seasons of 2 and 3.
DoubleSeasonalState small() {
  DoubleSeasonalState state;
  state.level = 10;
  state.short_season = VectorXd(2);
  state.short_season << 1, -1;
  state.long_season = VectorXd(3);
  state.long_season << 3, 0, -3;
  state.departure = .5;
  return state;
}

TEST(DoubleSeasonalState, EveryPartMovesByTheSameError) {
  const DoubleSeasonalWeights weights{.1, .2, .3, .4};
  DoubleSeasonalState state = small();
  EXPECT_NEAR(state.ahead(0, weights), 10 + 1 + 3 + .4 * .5, 1e-15);
  const double e = state.take(15.2, weights);
  EXPECT_NEAR(e, 1, 1e-12);
  EXPECT_NEAR(state.level, 10.1, 1e-12);
  EXPECT_NEAR(state.short_season[0], 1.2, 1e-12);
  EXPECT_NEAR(state.long_season[0], 3.3, 1e-12);
  EXPECT_NEAR(state.departure, 1.2, 1e-12);
  EXPECT_NEAR(state.ahead(0, weights), 10.1 - 1 + 0 + .4 * 1.2, 1e-12);
}

TEST(DoubleSeasonalState, AMissingValueOnlyLetsTimePass) {
  const DoubleSeasonalWeights weights{.1, .2, .3, .4};
  DoubleSeasonalState state = small();
  const double two_ahead = state.ahead(1, weights);
  EXPECT_TRUE(std::isnan(state.take(kMissing, weights)));
  EXPECT_NEAR(state.ahead(0, weights), two_ahead, 1e-15);
  EXPECT_EQ(state.level, 10);
}

TEST(DoubleSeasonalState, PsiIsTheResponseToOneError) {
  const DoubleSeasonalWeights weights{.1, .2, .3, .4};
  DoubleSeasonalState calm = small();
  DoubleSeasonalState shaken = small();
  calm.take(calm.ahead(0, weights), weights);
  shaken.take(shaken.ahead(0, weights) + 1, weights);
  const VectorXd psi = psi_of(weights, small(), 8);
  EXPECT_EQ(psi[0], 1);
  for (int k = 1; k < 8; ++k)
    EXPECT_NEAR(psi[k], shaken.ahead(k - 1, weights) - calm.ahead(k - 1, weights), 1e-12);
}

TEST(DoubleSeasonalState, StartsFromTheFirstLongSeason) {
  std::vector<double> z;
  for (int t = 0; t < 12; ++t) z.push_back(5 + (t % 2 == 0 ? 1 : -1) + (t % 6 == 0 ? 3 : 0));
  const auto state = DoubleSeasonalState::before(z, 2, 6);
  EXPECT_NEAR(state.level, 5.5, 1e-12);
  EXPECT_NEAR(state.short_season[0], 1.5, 1e-12);
  EXPECT_NEAR(state.long_season[0], .5 * (9 - 5.5 - 1.5), 1e-12);
}

TEST(DoubleSeasonalEs, ForecastsDayAndWeek) {
  auto y = hours(900);
  const std::vector<double> future(y.end() - 48, y.end());
  y.resize(y.size() - 48);
  const auto forecast = fit(y).fitted->forecast(48);
  double error = 0;
  for (int k = 0; k < 48; ++k) error += std::abs(std::log(forecast->mean(k) / future[k])) / 48;
  EXPECT_LT(error, .13);
}

TEST(DoubleSeasonalEs, IntervalsHoldWhatTheySay) {
  double inside = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    auto y = hours(720, seed);
    const std::vector<double> future(y.end() - 24, y.end());
    y.resize(y.size() - 24);
    const auto forecast = fit(y).fitted->forecast(24);
    for (int k = 0; k < 24; ++k)
      if (forecast->quantile(k, .1) <= future[k] && future[k] <= forecast->quantile(k, .9))
        inside += 1;
  }
  EXPECT_NEAR(inside / (20 * 24), .8, .1);
}

TEST(DoubleSeasonalEs, WorksWithOneSeasonOrShortHistory) {
  for (const std::size_t n : {80, 300}) {
    const auto fitted = fit(hours(n)).fitted;
    ASSERT_NE(fitted, nullptr);
    EXPECT_EQ(fitted->components(3).names[1], "season_24");
    EXPECT_EQ(fitted->explain().at("scale"), "log");
  }
  EXPECT_EQ(fit(hours(60)).reason, "needs three seasons of 24 known values, has 60");
  EXPECT_EQ(fit(hours(60), {}).fitted, nullptr);
}

TEST(DoubleSeasonalEs, ScalingTheValuesScalesTheForecast) {
  auto y = hours(600);
  const auto forecast = fit(y).fitted->forecast(24);
  for (double& value : y) value *= 1024;
  const auto larger = fit(y).fitted->forecast(24);
  for (int k = 0; k < 24; ++k)
    EXPECT_NEAR(larger->mean(k), 1024 * forecast->mean(k), 1e-3 * larger->mean(k));
}

TEST(DoubleSeasonalEs, MovesOnAndIsSaved) {
  const auto y = hours(700);
  const auto model = make_double_seasonal_es({});
  const auto fitted = fit({y.begin(), y.begin() + 600}).fitted;
  const auto loaded = model->load(fitted->save(), kHours);
  auto recent = std::vector<double>(y.begin() + 600, y.end());
  recent[20] = recent[99] = kMissing;
  fitted->update(recent);
  for (const double& value : recent) loaded->update({&value, 1});
  for (int k = 0; k < 48; ++k) {
    EXPECT_EQ(fitted->forecast(48)->mean(k), loaded->forecast(48)->mean(k));
    EXPECT_EQ(fitted->forecast(48)->quantile(k, .9), loaded->forecast(48)->quantile(k, .9));
  }
}

TEST(DoubleSeasonalEs, PartsAddUp) {
  const auto fitted = fit(hours(700)).fitted;
  const Components parts = fitted->components(30);
  EXPECT_EQ(parts.names[0], "level");
  EXPECT_EQ(parts.names[2], "season_168");
  for (int k = 0; k < 30; ++k)
    EXPECT_NEAR(parts.total()[k], fitted->forecast(30)->mean(k), 1e-9 * parts.total()[k]);
}

TEST(DoubleSeasonalEs, SurvivesOddSeries) {
  std::vector<double> gaps = hours(400);
  for (std::size_t t = 1; t < 399; t += 3) gaps[t] = kMissing;
  std::vector<double> negative = hours(400);
  for (double& value : negative) value -= 100;
  for (const auto& y :
       {gaps, negative, std::vector<double>(200, 4.0), std::vector<double>(200, 0.0)}) {
    const SeriesFit result = fit(y);
    ASSERT_NE(result.fitted, nullptr) << result.reason;
    const auto forecast = result.fitted->forecast(60);
    for (int k = 0; k < 60; ++k) EXPECT_TRUE(std::isfinite(forecast->quantile(k, .9)));
  }
  std::vector<double> huge = hours(400);
  for (double& value : huge) value = (value - 100) * 1e305;
  EXPECT_EQ(fit(huge).reason, "the values are too large to be smoothed");
}

}  // namespace
}  // namespace forecart
