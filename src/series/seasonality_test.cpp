#include "series/seasonality.h"

#include "base/random.h"
#include "series/golden.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <numbers>

namespace forecart {
namespace {

using Values = std::vector<double>;
using Seasons = std::vector<int>;

/// Cycles of a fixed random profile of standard deviation one, times `size`, with noise on top.
Values seasonal(int n, int season, double size, Generator& generator) {
  Values profile;
  double squares = 0;
  for (int j = 0; j < season; ++j) {
    const double wave = std::sin(2 * std::numbers::pi * j / season);
    profile.push_back(wave + .3 * generator.normal());
    squares += profile.back() * profile.back() / season;
  }
  Values y;
  for (int t = 0; t < n; ++t)
    y.push_back(size * profile[t % season] / std::sqrt(squares) + generator.normal());
  return y;
}

Values noise(int n, Generator& generator) {
  Values y;
  for (int t = 0; t < n; ++t) y.push_back(generator.normal());
  return y;
}

/// phi = 1 is a random walk.
Values autoregression(int n, double phi, Generator& generator) {
  Values y;
  double x = 0;
  for (int t = 0; t < n; ++t) y.push_back(x = phi * x + generator.normal());
  return y;
}

Values trend(int n, Generator& generator) {
  Values y = noise(n, generator);
  for (int t = 0; t < n; ++t) y[t] += .05 * t + 1e-4 * t * t;
  return y;
}

Values counts(int n, Generator& generator) {
  Values y;
  for (int t = 0; t < n; ++t) y.push_back(static_cast<double>(generator.poisson(.3)));
  return y;
}

Values with_gaps(Values y, double share, Generator& generator) {
  for (double& value : y) {
    if (generator.uniform() < share) value = std::numeric_limits<double>::quiet_NaN();
  }
  return y;
}

/// How many of `count` generated series have a season.
int found(int count, const std::function<Seasons(Generator&)>& seasons_of_one) {
  int result = 0;
  for (int i = 0; i < count; ++i) {
    Generator generator(1000 + static_cast<std::uint64_t>(i));
    result += seasons_of_one(generator).empty() ? 0 : 1;
  }
  return result;
}

/// The rates of docs/models/seasonality.md, in small: at most 2 % of series without a season.
TEST(FindSeasons, FindsNoneWhereThereIsNone) {
  const Seasons days{24, 168};
  const Frequency counter = Frequency::parse("1");
  int wrong = 0;
  for (const int n : {72, 240, 700}) {
    wrong += found(60, [&](Generator& g) { return find_seasons(noise(n, g), days); });
    wrong += found(60, [&](Generator& g) { return find_seasons(trend(n, g), days); });
    wrong += found(60, [&](Generator& g) { return find_seasons(counts(n, g), days); });
    wrong += found(60, [&](Generator& g) { return find_seasons(autoregression(n, 1, g), days); });
    wrong += found(60, [&](Generator& g) { return find_seasons(autoregression(n, .8, g), days); });
    wrong += found(60, [&](Generator& g) {
      return find_seasons(with_gaps(autoregression(n, 1, g), .2, g), days);
    });
    wrong +=
        found(60, [&](Generator& g) { return find_seasons(autoregression(n, 1, g), counter); });
  }
  EXPECT_LE(wrong, 25) << "of 1260";
}

TEST(FindSeasons, FindsAClearOne) {
  const auto rate = [](int season, int cycles, double size) {
    return found(100, [=](Generator& g) {
      return find_seasons(seasonal(season * cycles, season, size, g), {season});
    });
  };
  EXPECT_GE(rate(24, 4, 2), 98);
  EXPECT_GE(rate(24, 10, 1), 98);
  EXPECT_GE(rate(7, 10, 1), 95);
  EXPECT_GE(rate(12, 5, 2), 95);
  EXPECT_GE(rate(365, 3, 1), 95);
}

TEST(FindSeasons, WorksWithMissingValuesAndOutliers) {
  Generator generator(41);
  Values y = with_gaps(seasonal(240, 24, 2, generator), .15, generator);
  for (const std::size_t t : {10U, 58U, 106U, 200U}) y[t] = 500;
  y.front() = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(find_seasons(y, {24}), Seasons{24});
}

TEST(FindSeasons, TellsAWeekFromItsDays) {
  Generator generator(43);
  const Values day = seasonal(1000, 24, 2, generator);
  EXPECT_EQ(find_seasons(day, {168, 24}), Seasons{24});
  Values week = day;
  for (std::size_t t = 0; t < week.size(); ++t) week[t] += t / 24 % 7 >= 5 ? 3 : 0;
  EXPECT_EQ(find_seasons(week, {24, 168}), (Seasons{24, 168}));
}

TEST(FindSeasons, NeedsThreeCycles) {
  Generator generator(47);
  const Values y = seasonal(71, 24, 50, generator);
  EXPECT_TRUE(find_seasons(y, {24}).empty());
  EXPECT_EQ(season_evidence(y, 24).p_value, 1);
}

TEST(FindSeasons, OfDegenerateSeriesAreNone) {
  EXPECT_TRUE(find_seasons({}, {7}).empty());
  EXPECT_TRUE(find_seasons(Values{1.0}, {7}).empty());
  EXPECT_TRUE(find_seasons(Values(100, 3.5), {7}).empty());
  EXPECT_TRUE(find_seasons(Values(100, std::nan("")), {7}).empty());
  Values line;
  for (int t = 0; t < 100; ++t) line.push_back(1e6 + .1 * t);
  EXPECT_TRUE(find_seasons(line, {7}).empty());
  EXPECT_TRUE(find_seasons(line, Frequency::parse("1")).empty());
  line[50] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(find_seasons(line, {7, 1, 0, -3}).empty());
}

TEST(FindSeasons, FindsAClockWithoutNoise) {
  Values clock;
  for (int t = 0; t < 84; ++t) clock.push_back(t % 7 == 3 ? 1 : 0);
  EXPECT_EQ(find_seasons(clock, {7}), Seasons{7});
}

TEST(FindSeasons, ScaleChangesNothing) {
  Generator generator(53);
  Values y = seasonal(200, 7, .6, generator);
  const SeasonEvidence before = season_evidence(y, 7);
  for (double& value : y) value = 1e9 * value + 1e12;
  EXPECT_NEAR(season_evidence(y, 7).p_value / before.p_value, 1, 1e-3);
}

TEST(FindSeasons, OfClassicSeries) {
  for (const char* name : {"airpassengers", "usaccdeaths", "wineind", "gas"}) {
    EXPECT_EQ(find_seasons(classic(name), {12}), Seasons{12}) << name;
    EXPECT_EQ(find_seasons(classic(name), Frequency::parse("1")), Seasons{12}) << name;
  }
  for (const char* name : {"woolyrnq", "ukgas"})
    EXPECT_EQ(find_seasons(classic(name), {4}), Seasons{4}) << name;
  for (const char* name : {"nile", "lakehuron", "lynx"})
    EXPECT_TRUE(find_seasons(classic(name), Frequency::parse("1")).empty()) << name;
}

TEST(FindSeasons, OfTheRealOrdersAreDaysAndNoWeeks) {
  const auto path = shared_file("golden/data/galli_hourly.csv");
  if (path.empty()) GTEST_SKIP() << "the orders of 2019 are not here";
  const Values lines = csv_column(path, 1);
  EXPECT_EQ(find_seasons(lines, Frequency::parse("h")), Seasons{24});
  EXPECT_EQ(find_seasons(lines, Frequency::parse("1")), Seasons{24});
  EXPECT_GT(season_evidence(lines, 168, Seasons{24}).p_value, .5);
}

TEST(FindSeasons, OfHourlyM4SeriesIncludeTheDay) {
  if (shared_file("golden/data/m4_h1.csv").empty()) GTEST_SKIP() << "no M4 series here";
  for (const char* name : {"h1", "h11", "h21", "h31", "h41", "h51", "h61", "h71"}) {
    const auto y = csv_column(shared_file("golden/data/m4_" + std::string(name) + ".csv"));
    const Seasons seasons = find_seasons(y, Frequency::parse("h"));
    ASSERT_FALSE(seasons.empty()) << name;
    EXPECT_EQ(seasons.front(), 24) << name;
  }
}

TEST(SeasonCandidates, FollowTheFrequency) {
  const auto of = [](const char* text) { return season_candidates(Frequency::parse(text)); };
  EXPECT_EQ(of("h"), (Seasons{24, 168}));
  EXPECT_EQ(of("2h"), (Seasons{12, 84}));
  EXPECT_EQ(of("15min"), (Seasons{96, 672}));
  EXPECT_EQ(of("5h"), Seasons{}) << "no whole number of them in a day or a week";
  EXPECT_EQ(of("D"), (Seasons{7, 365}));
  EXPECT_EQ(of("W-MON"), Seasons{52});
  EXPECT_EQ(of("MS"), Seasons{12});
  EXPECT_EQ(of("QS"), Seasons{4});
  EXPECT_EQ(of("YS"), Seasons{});
  EXPECT_EQ(of("1"), Seasons{});
}

}  // namespace
}  // namespace forecart
