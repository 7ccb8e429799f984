#include "base/random.h"
#include "models/baseline/average.h"
#include "models/baseline/level_profile.h"
#include "models/baseline/naive.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <ostream>

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

TEST(LevelProfile, FollowsTheLevelAndKeepsTheShape) {
  LevelProfileOptions options;
  options.level_window = 48;
  const auto fitted = fit(make_level_profile(options), two_levels());
  const auto forecast = fitted->forecast(48);
  for (int step = 0; step < 48; ++step) {
    EXPECT_NEAR(forecast->mean(step), 3 * (2 + std::sin(2 * M_PI * (step % 24) / 24)), 1e-9);
  }
}

TEST(LevelProfile, MovedOnEqualsFittedAnew) {
  const auto values = two_levels();
  const LevelProfileOptions options;
  const auto moved = fit(make_level_profile(options), {values.begin(), values.begin() + 200});
  moved->update(std::span(values).subspan(200));
  const auto anew = fit(make_level_profile(options), values);
  for (int step = 0; step < 24; ++step) {
    EXPECT_DOUBLE_EQ(moved->forecast(24)->mean(step), anew->forecast(24)->mean(step));
    EXPECT_DOUBLE_EQ(moved->forecast(24)->quantile(step, 0.9),
                     anew->forecast(24)->quantile(step, 0.9));
  }
}

struct Coverage {
  double of_80 = 0;
  double of_95 = 0;
};

/// Many series of noise around a level, each forecast once.
struct NoiseStudy {
  const char* frequency;
  int length;
  int series;
  int horizon;
  double mean;
  bool counts;
};

/// Noise of one study: Poisson counts, or a Gaussian with a tenth of the mean as deviation.
std::vector<double> noise(const NoiseStudy& study, Generator& generator) {
  std::vector<double> values(static_cast<std::size_t>(study.length + study.horizon));
  for (double& y : values) {
    y = study.counts ? static_cast<double>(generator.poisson(study.mean))
                     : study.mean * (1 + 0.1 * generator.normal());
  }
  return values;
}

Coverage coverage_on_noise(const NoiseStudy& study) {
  const Calendar calendar(Frequency::parse(study.frequency), TimeZone());
  const auto model = make_level_profile(LevelProfileOptions::for_frequency(
      calendar.frequency(), calendar.frequency().default_season_length()));
  Generator generator(20261123);
  Coverage inside;
  for (int i = 0; i < study.series; ++i) {
    const std::vector<double> values = noise(study, generator);
    const auto known = std::span(values).first(static_cast<std::size_t>(study.length));
    const auto forecast = model->fit({calendar, 0, known}, {}).fitted->forecast(study.horizon);
    for (int step = 0; step < study.horizon; ++step) {
      const double y = values[static_cast<std::size_t>(study.length + step)];
      const auto within = [&](double tail) {
        return forecast->quantile(step, tail) <= y && y <= forecast->quantile(step, 1 - tail);
      };
      inside.of_80 += within(0.1);
      inside.of_95 += within(0.025);
    }
  }
  const double points = study.series * study.horizon;
  return {inside.of_80 / points, inside.of_95 / points};
}

void PrintTo(const NoiseStudy& study, std::ostream* out) {
  *out << fmt::format("{} x {} {}, h {}, mean {}, {}", study.series, study.length, study.frequency,
                      study.horizon, study.mean, study.counts ? "counts" : "Gaussian");
}

class LevelProfileOnNoise : public testing::TestWithParam<NoiseStudy> {};

TEST_P(LevelProfileOnNoise, IntervalsCoverWhatTheySay) {
  const Coverage coverage = coverage_on_noise(GetParam());
  RecordProperty("coverage", fmt::format("{:.3f} {:.3f}", coverage.of_80, coverage.of_95));
  EXPECT_GT(coverage.of_80, 0.72);
  EXPECT_LT(coverage.of_80, 0.88);
  EXPECT_GT(coverage.of_95, 0.88);
  EXPECT_LT(coverage.of_95, 0.99);
}

INSTANTIATE_TEST_SUITE_P(Noise, LevelProfileOnNoise,
                         testing::Values(NoiseStudy{"MS", 48, 200, 12, 100, false},
                                         NoiseStudy{"MS", 48, 200, 12, 20, true},
                                         NoiseStudy{"MS", 24, 200, 6, 100, false},
                                         NoiseStudy{"MS", 48, 200, 1, 100, false},
                                         NoiseStudy{"W-MON", 160, 100, 13, 100, false},
                                         NoiseStudy{"W-MON", 160, 100, 13, 20, true},
                                         NoiseStudy{"D", 120, 100, 14, 100, false},
                                         NoiseStudy{"D", 120, 100, 14, 20, true},
                                         NoiseStudy{"D", 120, 100, 14, 2, true},
                                         NoiseStudy{"MS", 48, 200, 12, 0.3, true},
                                         NoiseStudy{"h", 2000, 20, 24, 5, true}));

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
                                         make_historic_average(), make_window_average(24),
                                         make_level_profile({})),
                         [](const auto& instance) { return instance.param->name(); });

}  // namespace
}  // namespace forecart
