#include "base/error.h"
#include "base/random.h"
#include "models/baseline/average.h"
#include "models/profile/level_profile.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace forecart {
namespace {

using Eigen::Index;

const double kMissing = std::numeric_limits<double>::quiet_NaN();
const double kInfinity = std::numeric_limits<double>::infinity();

ModelPtr model(int season = 7) {
  return make_level_profile({.season = season, .fallback = make_window_average(season)});
}

std::vector<double> sales(std::uint64_t seed, Index size, double mean) {
  Generator generator(seed);
  std::vector<double> values;
  for (Index t = 0; t < size; ++t) {
    values.push_back(static_cast<double>(generator.poisson(mean * (t % 7 < 2 ? 1.6 : 0.76))));
  }
  return values;
}

Panel shop(Index size = 200) {
  Panel panel{Calendar(Frequency::parse("D"), TimeZone())};
  panel.add("city=A/product=1", 0, sales(1, size, 9));
  panel.add("city=A/product=2", 3, sales(2, size - 3, 0.4));
  panel.add("city=B/product=1", 0, sales(3, size, 20));
  panel.add("city=B/product=3", 0, std::vector<double>{});
  return panel;
}

void expect_same(const Fitted& a, const Fitted& b) {
  const Forecast one = a.forecast(30);
  const Forecast two = b.forecast(30);
  ASSERT_EQ(one.series.size(), two.series.size());
  for (std::size_t s = 0; s < one.series.size(); ++s) {
    EXPECT_EQ(one.series[s].first, two.series[s].first);
    for (Index step = 0; step < 30; ++step) {
      EXPECT_EQ(one.series[s].distribution->mean(step), two.series[s].distribution->mean(step));
      EXPECT_EQ(one.series[s].distribution->quantile(step, 0.9),
                two.series[s].distribution->quantile(step, 0.9));
    }
  }
}

TEST(LevelProfileState, SavedStateForecastsAndMovesOnTheSame) {
  const auto fitted = model()->fit(shop(), {}, {.horizon = 14});
  const auto bytes = nlohmann::json::to_cbor(fitted->save());
  const auto loaded = model(12)->load(nlohmann::json::from_cbor(bytes));
  expect_same(*fitted, *loaded);
  EXPECT_EQ(loaded->ledger()[3].fallback, "WindowAverage");
  Panel recent{shop().calendar()};
  recent.add("city=A/product=1", 200, sales(9, 20, 9));
  recent.add("city=A/product=4", 200, sales(8, 20, 3));
  fitted->update(recent);
  loaded->update(recent);
  expect_same(*fitted, *loaded);
  expect_same(*fitted, *fitted->clone());
}

TEST(LevelProfileState, ASeriesWithoutValuesJoinsAtItsFirst) {
  const auto fitted = model()->fit(shop(), {}, {.horizon = 14});
  const auto loaded = model()->load(fitted->save());
  Panel recent{Calendar(Frequency::parse("D"), TimeZone())};
  recent.add("city=B/product=3", 205, std::vector<double>(10, 12.0));
  for (Fitted* const each : {fitted.get(), loaded.get()}) {
    each->update(recent);
    const Forecast forecast = each->forecast(7);
    EXPECT_EQ(forecast.series[3].first, 215);
    double mean = 0;
    for (Index step = 0; step < 7; ++step) mean += forecast.series[3].distribution->mean(step) / 7;
    EXPECT_NEAR(mean, 12, 3);
    EXPECT_EQ(each->ledger()[3].fallback, "");
  }
}

TEST(LevelProfileState, StepByStepEqualsAllAtOnce) {
  const auto once = model()->fit(shop(), {}, {.horizon = 14});
  const auto stepwise = once->clone();
  const std::vector<double> news = sales(5, 40, 9);
  Panel all{shop().calendar()};
  all.add("city=A/product=1", 200, news);
  once->update(all);
  for (Index t = 0; t < 40; ++t) {
    Panel one{shop().calendar()};
    one.add("city=A/product=1", 200 + t, std::span(news).subspan(static_cast<std::size_t>(t), 1));
    stepwise->update(one);
  }
  expect_same(*once, *stepwise);
}

TEST(LevelProfileState, UpdateTakesNewLateAndVanishedSeries) {
  const auto fitted = model()->fit(shop(), {}, {.horizon = 14});
  const double before = fitted->forecast(1).series[0].distribution->mean(0);
  Panel recent{shop().calendar()};
  recent.add("city=A/product=1", 190, std::vector<double>(10, 1000));  // all of it known already
  recent.add("city=B/product=9", 198, sales(7, 28, 6));
  fitted->update(recent);
  const Forecast forecast = fitted->forecast(14);
  EXPECT_EQ(forecast.series[0].distribution->mean(0), before);
  EXPECT_EQ(forecast.series[2].first, 200);
  ASSERT_EQ(forecast.series.size(), 5U);
  EXPECT_EQ(forecast.series[4].first, 226);
  EXPECT_EQ(fitted->ledger()[4].reason, "new since the last fit");
  // 226 and 227 are days 2 and 3 of the week: quieter than days 0 and 1, which it learnt from
  // others
  EXPECT_GT(forecast.series[4].distribution->mean(5),
            1.5 * forecast.series[4].distribution->mean(0));
}

TEST(LevelProfileState, RefusesDamageAndNewerVersions) {
  const auto state = model()->fit(shop(), {}, {.horizon = 14})->save();
  auto newer = state;
  newer["version"] = 999;
  try {
    model()->load(newer);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::newer_version);
  }
  for (const char* key : {"version", "season", "has_season", "blend", "reach", "excess", "pool",
                          "series", "frequency", "zone"}) {
    auto damaged = state;
    damaged[key] = nullptr;
    EXPECT_THROW(model()->load(damaged), Error) << key;
    damaged.erase(key);
    EXPECT_THROW(model()->load(damaged), Error) << key;
  }
  auto damaged = state;
  damaged["series"][0]["item"]["factors"][0].push_back(1.0);
  EXPECT_THROW(model()->load(damaged), Error);
  damaged = state;
  damaged["series"][0]["item"]["index"] = -1;
  EXPECT_THROW(model()->load(damaged), Error);
}

/// Until it learnt from whole panels, LevelProfile was a model of one series, without a version.
TEST(LevelProfileState, SaysOfAnOldStateThatItIsOld) {
  const nlohmann::json old{{"model", "LevelProfile"},
                           {"frequency", "D"},
                           {"zone", "none"},
                           {"series", nlohmann::json::array()}};
  try {
    model()->load(old);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_data);
    EXPECT_NE(std::string(error.what()).find("older forecart"), std::string::npos) << error.what();
  }
}

struct Hostile {
  const char* name;
  std::vector<double> values;
};

class LevelProfileOnHostile : public testing::TestWithParam<Hostile> {};

TEST_P(LevelProfileOnHostile, ForecastsAreFiniteAndOrdered) {
  Panel panel = shop();
  panel.add("hostile", 5, GetParam().values);
  const auto fitted = model()->fit(panel, {}, {.horizon = 14});
  const auto expect_sound = [&] {
    for (const SeriesForecast& series : fitted->forecast(400).series) {
      for (const Index step : {Index{0}, Index{13}, Index{399}}) {
        const double low = series.distribution->quantile(step, 0.025);
        const double high = series.distribution->quantile(step, 0.975);
        EXPECT_TRUE(std::isfinite(series.distribution->mean(step)) && std::isfinite(low) &&
                    std::isfinite(high))
            << series.id;
        EXPECT_LE(low, high);
      }
    }
  };
  expect_sound();
  Panel recent{panel.calendar()};
  recent.add("hostile", 500, std::vector<double>{-3, 1e300, 0.5, kMissing, kInfinity});
  fitted->update(recent);
  expect_sound();
  Generator generator(1);
  EXPECT_TRUE(fitted->forecast(14).series.back().distribution->draw(20, generator).allFinite());
}

std::vector<double> alternating(double a, double b) {
  std::vector<double> values;
  for (int t = 0; t < 60; ++t) values.push_back(t % 2 == 0 ? a : b);
  return values;
}

INSTANTIATE_TEST_SUITE_P(All, LevelProfileOnHostile,
                         testing::Values(Hostile{"constant", std::vector<double>(60, 5)},
                                         Hostile{"zeros", std::vector<double>(60, 0)},
                                         Hostile{"one", {3}}, Hostile{"two", {3, 0}},
                                         Hostile{"negative", alternating(-4, -9.5)},
                                         Hostile{"huge", alternating(1e300, 3e299)},
                                         Hostile{"extreme", alternating(1.7e308, -1.7e308)},
                                         Hostile{"tiny", alternating(1e-300, 3e-310)},
                                         Hostile{"denormal", alternating(5e-324, 4e-323)},
                                         Hostile{"missing", std::vector<double>(60, kMissing)},
                                         Hostile{"infinite", alternating(kInfinity, 2)},
                                         Hostile{"gaps", alternating(kMissing, 2)},
                                         Hostile{"spike",
                                                 [] {
                                                   std::vector<double> values(60, 0);
                                                   values[30] = 1e9;
                                                   return values;
                                                 }()}),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace forecart
