#include "models/autoregression/seasonal_ar.h"

#include "base/random.h"
#include "models/baseline/average.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>
#include <numbers>

namespace forecart {
namespace {

const double kMissing = std::numeric_limits<double>::quiet_NaN();
const Calendar kHourly{Frequency::parse("h"), TimeZone()};

double wave(std::size_t t, int period) {
  return std::sin(2 * std::numbers::pi * static_cast<double>(t) / period);
}

/// Hours with a day, a week and autocorrelated noise in logarithms.
std::vector<double> hours(std::size_t n, std::uint64_t seed = 1, double noise = .05) {
  Generator generator(seed);
  std::vector<double> y;
  double ar = 0;
  for (std::size_t t = 0; t < n; ++t) {
    ar = .8 * ar + noise * generator.normal();
    y.push_back(100 * std::exp(.5 * wave(t, 24) + .3 * wave(t, 168) + ar));
  }
  return y;
}

SeriesFit fit(const std::vector<double>& y, const SeasonalArOptions& options = {},
              Eigen::Index horizon = 48) {
  FitOptions how;
  how.horizon = horizon;
  return make_seasonal_ar(options)->fit({kHourly, 0, y}, how);
}

TEST(SeasonalLags, StandAroundTheSeasons) {
  EXPECT_EQ(seasonal_lags({}), (std::vector<int>{1, 2, 3, 4}));
  EXPECT_EQ(seasonal_lags({4}), (std::vector<int>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(seasonal_lags({24, 168}),
            (std::vector<int>{1, 2, 3, 4, 23, 24, 25, 26, 167, 168, 169, 170}));
}

TEST(SeasonalAr, ForecastsDayAndWeek) {
  auto y = hours(900);
  const std::vector<double> future(y.end() - 48, y.end());
  y.resize(y.size() - 48);
  const auto forecast = fit(y).fitted->forecast(48);
  double error = 0;
  for (int k = 0; k < 48; ++k) error += std::abs(std::log(forecast->mean(k) / future[k])) / 48;
  EXPECT_LT(error, .1);  // the noise alone has a mean of .066
}

TEST(SeasonalAr, IntervalsHoldWhatTheySay) {
  double inside_80 = 0;
  double inside_95 = 0;
  int count = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    auto y = hours(720, seed);
    const std::vector<double> future(y.end() - 24, y.end());
    y.resize(y.size() - 24);
    const auto forecast = fit(y, {}, 24).fitted->forecast(24);
    for (int k = 0; k < 24; ++k) {
      const auto within = [&](double tail) {
        return forecast->quantile(k, tail) <= future[k] &&
               future[k] <= forecast->quantile(k, 1 - tail);
      };
      inside_80 += within(.1) ? 1 : 0;
      inside_95 += within(.025) ? 1 : 0;
      ++count;
    }
  }
  EXPECT_NEAR(inside_80 / count, .80, .06);
  EXPECT_NEAR(inside_95 / count, .95, .04);
}

TEST(SeasonalAr, ScalingTheValuesScalesTheForecast) {
  const auto y = hours(500);
  auto larger = y;
  for (double& value : larger) value *= 1000;
  for (const Transform& scale : {Transform::log, Transform::none}) {
    const auto a = fit(y, {.scale = scale}).fitted->forecast(48);
    const auto b = fit(larger, {.scale = scale}).fitted->forecast(48);
    for (int k = 0; k < 48; ++k) {
      EXPECT_NEAR(b->mean(k), 1000 * a->mean(k), 1e-6 * b->mean(k));
      EXPECT_NEAR(b->quantile(k, .9), 1000 * a->quantile(k, .9), 1e-6 * b->mean(k));
    }
  }
}

TEST(SeasonalAr, TakesLogarithmsOnlyWhereItCan) {
  auto y = hours(400);
  EXPECT_EQ(fit(y).fitted->explain().at("scale"), "log");
  y[30] = 0;
  EXPECT_EQ(fit(y).fitted->explain().at("scale"), "none");
  const SeriesFit refused = fit(y, {.scale = Transform::log});
  EXPECT_EQ(refused.fitted, nullptr);
  EXPECT_EQ(refused.reason, "transform log needs values above zero");
}

TEST(SeasonalAr, LeavesOutSeasonsThatAreNotHeld) {
  const auto lags = [](std::size_t n) {
    return fit(hours(n), {}, 4).fitted->explain().at("lags").size();
  };
  EXPECT_EQ(lags(60), 4);    // less than three days
  EXPECT_EQ(lags(80), 8);    // days, but no weeks
  EXPECT_EQ(lags(300), 12);  // both
}

TEST(SeasonalAr, MovesOnAsIfFiltered) {
  const auto y = hours(700);
  const auto whole = fit(y).fitted;
  const auto model = make_seasonal_ar({});
  const auto step_by_step = model->load(whole->save(), kHourly);
  const auto at_once = whole->clone();
  const auto recent = hours(800);
  for (std::size_t t = 700; t < 800; ++t) step_by_step->update(std::span(recent).subspan(t, 1));
  at_once->update(std::span(recent).subspan(700));
  for (int k = 0; k < 48; ++k) {
    EXPECT_EQ(step_by_step->forecast(48)->mean(k), at_once->forecast(48)->mean(k));
    EXPECT_EQ(step_by_step->forecast(48)->quantile(k, .9), at_once->forecast(48)->quantile(k, .9));
  }
}

TEST(SeasonalAr, AMissingValueStandsAsForecastAndWidens) {
  const auto fitted = fit(hours(700)).fitted;
  const auto before = fitted->forecast(49);
  const auto moved = fitted->clone();
  moved->update(std::vector<double>{kMissing});
  const auto after = moved->forecast(48);
  for (int k = 0; k < 48; ++k) {
    EXPECT_NEAR(after->quantile(k, .5), before->quantile(k + 1, .5), 1e-9);
    EXPECT_NEAR(after->quantile(k, .9), before->quantile(k + 1, .9), 1e-9);
  }
  moved->update(std::vector<double>{-5});  // outside the logarithm: as if missing
  EXPECT_NEAR(moved->forecast(1)->quantile(0, .9), before->quantile(2, .9), 1e-9);
}

TEST(SeasonalAr, DrawsFollowTheQuantiles) {
  const auto forecast = fit(hours(700)).fitted->forecast(24);
  Generator generator(4);
  const Eigen::MatrixXd paths = forecast->draw(4000, generator);
  for (const int k : {0, 23}) {
    const double share = (paths.row(k).array() < forecast->quantile(k, .8)).cast<double>().mean();
    EXPECT_NEAR(share, .8, .03);
  }
}

TEST(SeasonalAr, PartsAddUp) {
  auto y = hours(700);
  for (const bool zero : {false, true}) {
    if (zero) y[5] = 0;
    const auto fitted = fit(y).fitted;
    const Components parts = fitted->components(48);
    ASSERT_GE(parts.names.size(), 3U);
    EXPECT_EQ(parts.names[0], "level");
    EXPECT_EQ(parts.names[1], "season_24");
    EXPECT_EQ(parts.names[2], "remainder");
    const auto forecast = fitted->forecast(48);
    for (int k = 0; k < 48; ++k)
      EXPECT_NEAR(parts.total()[k], forecast->mean(k), 1e-9 * forecast->mean(k));
  }
}

TEST(SeasonalAr, ForecastsStayNearWhatWasSeen) {
  std::vector<double> y;
  for (int t = 0; t < 60; ++t) y.push_back(std::pow(1.3, t));
  const auto forecast = fit(y, {.seasons = {}, .scale = Transform::none}, 12).fitted->forecast(500);
  for (int k = 0; k < 500; ++k) {
    EXPECT_LE(forecast->quantile(k, .5), 1.5 * y.back());
    EXPECT_TRUE(std::isfinite(forecast->quantile(k, .975)));
  }
}

TEST(SeasonalAr, SurvivesOddSeries) {
  std::vector<double> gaps = hours(400);
  for (std::size_t t = 3; t < 399; ++t)
    gaps[t] = t % 5 == 0 || (t > 200 && t < 260) ? kMissing : gaps[t];
  std::vector<double> tiny = hours(400);
  for (double& value : tiny) value *= 1e-300;
  std::vector<double> negative = hours(400);
  for (double& value : negative) value -= 100;
  for (const auto& y :
       {gaps, tiny, negative, std::vector<double>(200, 4.0), std::vector<double>(200, 0.0)}) {
    const SeriesFit result = fit(y);
    ASSERT_NE(result.fitted, nullptr) << result.reason;
    const auto forecast = result.fitted->forecast(100);
    for (int k = 0; k < 100; ++k) {
      EXPECT_TRUE(std::isfinite(forecast->mean(k)));
      EXPECT_LE(forecast->quantile(k, .1), forecast->quantile(k, .9));
    }
  }
  EXPECT_EQ(fit({1, 2, 3}).reason, "needs 12 known values, has 3");
  std::vector<double> huge = hours(400);
  for (double& value : huge) value = (value - 100) * 1e305;
  EXPECT_EQ(fit(huge).reason, "the values are too large for a regression");
}

}  // namespace
}  // namespace forecart
