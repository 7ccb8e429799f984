#include "models/profile/level_profile.h"

#include "base/error.h"
#include "base/random.h"
#include "models/baseline/average.h"
#include "series/demand_predictive.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace forecart {
namespace {

using Eigen::Index;

const double kMissing = std::numeric_limits<double>::quiet_NaN();

ModelPtr model(int season) {
  return make_level_profile({.season = season, .fallback = make_window_average(season)});
}

Panel panel_of(const char* frequency,
               const std::vector<std::pair<std::string, std::vector<double>>>& series) {
  Panel panel{Calendar(Frequency::parse(frequency), TimeZone())};
  for (const auto& [id, values] : series) panel.add(id, 0, values);
  return panel;
}

std::vector<double> generated(Index size, const std::function<double(Index)>& value) {
  std::vector<double> values;
  for (Index t = 0; t < size; ++t) values.push_back(value(t));
  return values;
}

double hour_shape(Index t) {
  return 1 + 0.8 * std::sin(2 * M_PI * static_cast<double>(t % 24) / 24);
}

double weekday_shape(Index t) {
  return t % 7 < 2 ? 1.6 : 0.76;
}

double mean_of(const Fitted& fitted, std::size_t series, Index horizon, Index step) {
  return fitted.forecast(horizon).series[series].distribution->mean(step);
}

TEST(LevelProfile, FollowsTheLevelAndKeepsTheShape) {
  const auto values =
      generated(60 * 24, [](Index t) { return (t < 30 * 24 ? 1 : 3) * hour_shape(t); });
  const auto fitted = model(24)->fit(panel_of("h", {{"a", values}}), {}, {.horizon = 24});
  for (Index step = 0; step < 24; ++step) {
    // the jump inside a block of weeks looks a little like a weekday
    EXPECT_NEAR(mean_of(*fitted, 0, 24, step) / (3 * hour_shape(step)), 1, 0.03);
  }
}

TEST(LevelProfile, MultipliesHourAndWeekday) {
  const auto values =
      generated(70 * 24, [](Index t) { return 5 * hour_shape(t) * weekday_shape(t / 24); });
  const auto fitted = model(24)->fit(panel_of("h", {{"a", values}}), {}, {.horizon = 24});
  for (Index step = 0; step < 7 * 24; ++step) {
    EXPECT_NEAR(mean_of(*fitted, 0, 7 * 24, step), 5 * hour_shape(step) * weekday_shape(step / 24),
                0.1);
  }
}

/// One block of four weeks holds all of it, so noise must show between the days.
TEST(LevelProfile, SeesThePatternOfAHundredHours) {
  const auto values = generated(100, [](Index t) { return 10 * hour_shape(t); });
  const auto counts = generated(100, [](Index t) { return static_cast<double>(t % 24); });
  const auto fitted = model(24)->fit(panel_of("h", {{"a", values}}), {}, {.horizon = 24});
  const auto counted = model(24)->fit(panel_of("h", {{"a", counts}}), {}, {.horizon = 24});
  for (Index step = 0; step < 24; ++step) {
    EXPECT_NEAR(mean_of(*fitted, 0, 24, step), 10 * hour_shape(100 + step), 0.01);
    EXPECT_NEAR(mean_of(*counted, 0, 24, step), static_cast<double>((100 + step) % 24), 0.01);
  }
}

/// Series with hours of their own are not drawn to a mean that is none of theirs.
TEST(LevelProfile, LeavesUnlikeSeriesTheirOwnShapes) {
  Generator generator(8);
  Panel panel{Calendar(Frequency::parse("h"), TimeZone())};
  for (int i = 0; i < 12; ++i) {
    panel.add("series" + std::to_string(i), 0, generated(40 * 24, [&](Index t) {
                return 50 * hour_shape(t + 2 * i) * (1 + 0.1 * generator.normal());
              }));
  }
  const auto fitted = model(24)->fit(panel, {}, {.horizon = 24});
  for (std::size_t i = 0; i < 12; ++i) {
    for (Index step = 0; step < 24; ++step) {
      const double expected = 50 * hour_shape(step + 2 * static_cast<Index>(i));
      EXPECT_NEAR(mean_of(*fitted, i, 24, step), expected, 0.08 * expected + 1) << i << " " << step;
    }
  }
}

TEST(LevelProfile, KnowsTheYearFromTwoYearsOn) {
  const auto year = [](Index t) { return 20 * (t % 365 < 181 ? 1.3 : 0.7); };
  const auto two = generated(800, year);
  const auto fitted = model(7)->fit(panel_of("D", {{"a", two}}), {}, {.horizon = 28});
  EXPECT_NEAR(mean_of(*fitted, 0, 120, 0), 26, 1);
  EXPECT_NEAR(mean_of(*fitted, 0, 130, 129), 14, 1);  // day 929: July
  const auto one = model(7)->fit(panel_of("D", {{"a", generated(500, year)}}), {}, {.horizon = 28});
  EXPECT_NEAR(mean_of(*one, 0, 300, 0), mean_of(*one, 0, 300, 280), 1e-9) << "40 whole weeks on";
}

/// Items of two cities, each with a sale every other day at most, at hours of the city's own.
Panel sparse_items() {
  Panel panel{Calendar(Frequency::parse("h"), TimeZone())};
  Generator generator(11);
  for (int item = 0; item < 40; ++item) {
    const Index shift = item % 2 == 0 ? 0 : 12;
    const auto values = generated(120 * 24, [&](Index t) {
      return static_cast<double>(generator.poisson(0.02 * hour_shape(t + shift)));
    });
    panel.add("city=" + std::to_string(item % 2) + "/product=" + std::to_string(item), 0, values);
  }
  return panel;
}

TEST(LevelProfile, LendsSparseItemsTheHoursOfThoseTheyAreLike) {
  const Panel panel = sparse_items();
  const auto fitted = model(24)->fit(panel, {}, {.horizon = 24});
  for (std::size_t item = 0; item < 40; ++item) {
    const auto distribution = fitted->forecast(24).series[item].distribution;
    double level = 0;
    for (Index step = 0; step < 24; ++step) level += distribution->mean(step) / 24;
    EXPECT_NEAR(level, 0.02, 0.013) << item;
    for (Index step = 0; step < 24; ++step) {
      EXPECT_NEAR(distribution->mean(step) / level, hour_shape(step + (item % 2 == 0 ? 0 : 12)),
                  0.4)
          << item << " " << step;
    }
  }
}

TEST(LevelProfile, FindsNoProfileInNoise) {
  Generator generator(4);
  const auto values =
      generated(300, [&](Index) { return static_cast<double>(generator.poisson(30)); });
  const auto fitted = model(7)->fit(panel_of("D", {{"a", values}}), {}, {.horizon = 14});
  double least = 1e9;
  double greatest = 0;
  for (Index step = 0; step < 7; ++step) {
    least = std::min(least, mean_of(*fitted, 0, 7, step));
    greatest = std::max(greatest, mean_of(*fitted, 0, 7, step));
  }
  EXPECT_LT(greatest / least, 1.02);
}

TEST(LevelProfile, MissingDemandIsNotZeroDemand) {
  Generator generator(6);
  const auto values = generated(200, [&](Index t) {
    return t % 3 == 1 ? kMissing : static_cast<double>(generator.poisson(40 * weekday_shape(t)));
  });
  const auto fitted = model(7)->fit(panel_of("D", {{"a", values}}), {}, {.horizon = 7});
  double week = 0;
  for (Index step = 0; step < 7; ++step) week += mean_of(*fitted, 0, 7, step);
  EXPECT_NEAR(week / 7, 40, 2);
}

TEST(LevelProfile, OneScaleChangesNothingOfTheOthers) {
  const auto a = generated(
      200, [](Index t) { return 10 * weekday_shape(t) + 0.5 * static_cast<double>(t % 5); });
  const auto b = generated(
      200, [](Index t) { return 7 * weekday_shape(t + 1) + 0.25 * static_cast<double>(t % 3); });
  std::vector<double> scaled(b);
  for (double& y : scaled) y *= 1e6;
  const auto plain = model(7)->fit(panel_of("D", {{"a", a}, {"b", b}}), {}, {.horizon = 14});
  const auto other = model(7)->fit(panel_of("D", {{"b", scaled}, {"a", a}}), {}, {.horizon = 14});
  for (Index step = 0; step < 14; ++step) {
    EXPECT_NEAR(mean_of(*other, 1, 14, step) / mean_of(*plain, 0, 14, step), 1, 1e-9);
    EXPECT_NEAR(mean_of(*other, 0, 14, step) / mean_of(*plain, 1, 14, step), 1e6, 1e-3);
    EXPECT_NEAR(other->forecast(14).series[0].distribution->quantile(step, 0.9) /
                    plain->forecast(14).series[1].distribution->quantile(step, 0.9),
                1e6, 1e-2);
  }
}

TEST(LevelProfile, IsTheSameOnAnyNumberOfThreads) {
  const Panel panel = sparse_items();
  const auto one = model(24)->fit(panel, {}, {.threads = 1, .horizon = 24});
  const auto four = model(24)->fit(panel, {}, {.threads = 4, .horizon = 24});
  EXPECT_EQ(one->save(), four->save());
}

TEST(LevelProfile, PartsAddUp) {
  const auto values = generated(
      900, [](Index t) { return 10 * weekday_shape(t) * (t % 365 < 181 ? 1.3 : 0.7) - 5; });
  const auto fitted =
      model(7)->fit(panel_of("D", {{"a", values}, {"none", {}}}), {}, {.horizon = 14});
  const auto parts = fitted->components(100);
  const Forecast forecast = fitted->forecast(100);
  EXPECT_EQ(parts[0].names, (std::vector<std::string>{"level", "season_7", "season_365"}));
  for (std::size_t s = 0; s < 2; ++s) {
    const Eigen::VectorXd mean = means_of(*forecast.series[s].distribution);
    EXPECT_LT((parts[s].total() - mean).cwiseAbs().maxCoeff(), 1e-9);
  }
}

struct NoiseStudy {
  const char* frequency;
  int season;
  int length;
  int series;
  int horizon;
  double mean;
  bool counts;
};

class LevelProfileOnNoise : public testing::TestWithParam<NoiseStudy> {};

/// Poisson counts, or a Gaussian with a tenth of the mean as deviation; each series alone.
TEST_P(LevelProfileOnNoise, IntervalsCoverWhatTheySay) {
  const NoiseStudy& study = GetParam();
  Generator generator(20261123);
  double of_80 = 0;
  double of_95 = 0;
  for (int i = 0; i < study.series; ++i) {
    const auto values = generated(study.length + study.horizon, [&](Index) {
      return study.counts ? static_cast<double>(generator.poisson(study.mean))
                          : study.mean * (1 + 0.1 * generator.normal());
    });
    const Panel panel =
        panel_of(study.frequency, {{"a", {values.begin(), values.begin() + study.length}}});
    const auto fitted = model(study.season)->fit(panel, {}, {.horizon = study.horizon});
    const auto distribution = fitted->forecast(study.horizon).series[0].distribution;
    for (int step = 0; step < study.horizon; ++step) {
      const double y = values[static_cast<std::size_t>(study.length + step)];
      const auto within = [&](double tail) {
        return distribution->quantile(step, tail) <= y &&
               y <= distribution->quantile(step, 1 - tail);
      };
      of_80 += within(0.1);
      of_95 += within(0.025);
    }
  }
  of_80 /= study.series * study.horizon;
  of_95 /= study.series * study.horizon;
  const bool coarse = study.counts && study.mean < 10;  // few counts cannot leave out a tenth
  EXPECT_GT(of_80, 0.72);
  EXPECT_LT(of_80, coarse ? 0.999 : 0.88);
  EXPECT_GT(of_95, 0.88);
  EXPECT_LT(of_95, coarse ? 1.0 : 0.99);
}

INSTANTIATE_TEST_SUITE_P(Noise, LevelProfileOnNoise,
                         testing::Values(NoiseStudy{"MS", 12, 48, 200, 12, 100, false},
                                         NoiseStudy{"MS", 12, 48, 200, 12, 20, true},
                                         NoiseStudy{"MS", 12, 24, 200, 6, 100, false},
                                         NoiseStudy{"MS", 12, 48, 200, 1, 100, false},
                                         NoiseStudy{"W-MON", 52, 160, 100, 13, 100, false},
                                         NoiseStudy{"W-MON", 52, 160, 100, 13, 20, true},
                                         NoiseStudy{"D", 7, 120, 100, 14, 100, false},
                                         NoiseStudy{"D", 7, 120, 100, 14, 20, true},
                                         NoiseStudy{"D", 7, 120, 100, 14, 2, true},
                                         NoiseStudy{"MS", 12, 48, 200, 12, 0.3, true},
                                         NoiseStudy{"h", 24, 2000, 20, 24, 5, true}));

TEST(LevelProfile, KnowsThatALevelWanders) {
  Generator generator(3);
  double inside = 0;
  for (int i = 0; i < 60; ++i) {
    double level = 100;
    const auto values = generated(400, [&](Index) {
      level *= std::exp(0.03 * generator.normal());
      return static_cast<double>(generator.poisson(level));
    });
    const Panel panel = panel_of("D", {{"a", {values.begin(), values.end() - 28}}});
    const auto distribution =
        model(7)->fit(panel, {}, {.horizon = 28})->forecast(28).series[0].distribution;
    for (int step = 0; step < 28; ++step) {
      const double y = values[static_cast<std::size_t>(372 + step)];
      inside += distribution->quantile(step, 0.1) <= y && y <= distribution->quantile(step, 0.9);
    }
  }
  EXPECT_NEAR(inside / (60 * 28), 0.8, 0.08);
}

}  // namespace
}  // namespace forecart
