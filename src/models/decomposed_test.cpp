#include "models/decomposed.h"

#include "base/random.h"
#include "models/baseline/naive.h"
#include "models/transformed.h"
#include "series/mstl.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>
#include <numbers>

namespace forecart {
namespace {

const Calendar kHours{Frequency::parse("h"), TimeZone()};

double wave(int t, int season) {
  return std::sin(2 * std::numbers::pi * t / season);
}

std::vector<double> hours(int n) {
  Generator generator(9);
  std::vector<double> y;
  for (int t = 0; t < n; ++t)
    y.push_back(100 + 20 * wave(t, 24) + 10 * wave(t, 168) + generator.normal());
  return y;
}

SeriesModelPtr model() {
  return make_decomposed(make_naive(), {24, 168});
}

std::unique_ptr<FittedSeries> fit(const SeriesModelPtr& how, const std::vector<double>& y) {
  return how->fit({kHours, 0, y}, {}).fitted;
}

TEST(Decomposed, AddsTheLastCyclesToTheForecastOfTheRest) {
  const auto y = hours(700);
  const Decomposition parts = mstl(y, {24, 168});
  const auto forecast = fit(model(), y)->forecast(200);
  const double rest = y[699] - parts.seasonal[0][699] - parts.seasonal[1][699];
  for (const int k : {0, 30, 199}) {
    const double seasons =
        parts.seasonal[0][700 - 24 + k % 24] + parts.seasonal[1][700 - 168 + k % 168];
    EXPECT_NEAR(forecast->mean(k), rest + seasons, 1e-9);
  }
}

TEST(Decomposed, ForecastsTwoSeasons) {
  const auto forecast = fit(model(), hours(700))->forecast(48);
  for (int k = 0; k < 48; ++k)
    EXPECT_NEAR(forecast->mean(k), 100 + 20 * wave(700 + k, 24) + 10 * wave(700 + k, 168), 6);
}

TEST(Decomposed, MovesOnWithItsSeasons) {
  const auto y = hours(800);
  const auto fitted = fit(model(), {y.begin(), y.begin() + 700});
  const auto loaded = model()->load(fitted->save(), kHours);
  fitted->update(std::span(y).subspan(700));
  for (std::size_t t = 700; t < 800; ++t) loaded->update(std::span(y).subspan(t, 1));
  for (int k = 0; k < 48; ++k) {
    EXPECT_NEAR(loaded->forecast(48)->mean(k), fitted->forecast(48)->mean(k), 1e-9);
    EXPECT_NEAR(fitted->forecast(48)->mean(k),
                100 + 20 * wave(800 + k, 24) + 10 * wave(800 + k, 168), 6);
  }
}

TEST(Decomposed, SeasonsThatChangeAreFollowedWithoutAFit) {
  auto y = hours(700);
  for (int t = 700; t < 1400; ++t) y.push_back(100 - 20 * wave(t, 24) + 10 * wave(t, 168));
  const auto kept = fit(model(), {y.begin(), y.begin() + 700});
  kept->update(std::span(y).subspan(700));
  const auto anew = fit(model(), y);
  for (int k = 0; k < 48; ++k) {
    EXPECT_NEAR(kept->forecast(48)->mean(k), anew->forecast(48)->mean(k), 2) << k;
  }
  EXPECT_EQ(model()->load(kept->save(), kHours)->save(), kept->save());
}

TEST(Decomposed, PartsAddUp) {
  const auto fitted = fit(model(), hours(700));
  const Components parts = fitted->components(30);
  EXPECT_EQ(parts.names, (std::vector<std::string>{"level", "trend", "season_24", "season_168"}));
  for (int k = 0; k < 30; ++k) EXPECT_NEAR(parts.total()[k], fitted->forecast(30)->mean(k), 1e-9);
}

TEST(Decomposed, ShortSeriesKeepTheSeasonsTheyHold) {
  const auto components = [](int n) { return fit(model(), hours(n))->components(5).names.size(); };
  EXPECT_EQ(components(20), 2);
  EXPECT_EQ(components(100), 3);
  EXPECT_EQ(components(400), 4);
}

TEST(Decomposed, GapsAndATransformAroundIt) {
  auto y = hours(500);
  for (std::size_t t = 40; t < 60; ++t) y[t] = std::numeric_limits<double>::quiet_NaN();
  const auto forecast = fit(transformed(model(), Transform::log), y)->forecast(24);
  for (int k = 0; k < 24; ++k)
    EXPECT_NEAR(forecast->mean(k), 100 + 20 * wave(500 + k, 24) + 10 * wave(500 + k, 168), 8);
}

}  // namespace
}  // namespace forecart
