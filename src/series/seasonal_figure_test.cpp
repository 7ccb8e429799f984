#include "series/seasonal_figure.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

namespace forecart {
namespace {

const double kMissing = std::numeric_limits<double>::quiet_NaN();

double wave(int t, int season) {
  return std::sin(2 * std::numbers::pi * t / season);
}

/// A random walk with steps of `step` under a wave of 52 weeks.
std::vector<double> weeks(int n, double height, double step) {
  Generator generator(3);
  std::vector<double> y;
  double level = 5;
  for (int t = 0; t < n; ++t) {
    level += step * generator.normal();
    y.push_back(level + height * wave(t, 52));
  }
  return y;
}

TEST(SeasonalFigure, FindsTheSeasonUpToItsShrinkage) {
  const SeasonalFigure figure = seasonal_figure(weeks(500, 1, .01), {});
  EXPECT_GT(figure.share, .95);
  EXPECT_NEAR(figure.cycles, 6, 1e-12);
  EXPECT_NEAR(figure.shrinkage, 6.0 / 8, 1e-12);
  EXPECT_NEAR(figure.values.sum(), 0, 1e-12);
  for (int place = 0; place < 52; ++place)
    EXPECT_NEAR(figure.values[place], .75 * wave(place, 52), .08);
}

TEST(SeasonalFigure, IsSmallWhereTheSeasonExplainsLittle) {
  const SeasonalFigure noise = seasonal_figure(weeks(500, 0, 1), {});
  const SeasonalFigure season = seasonal_figure(weeks(500, 10, 1), {});
  EXPECT_LT(noise.shrinkage, .5);
  EXPECT_GT(season.shrinkage, .7);
  EXPECT_TRUE(seasonal_figure(std::vector<double>(500, 4), {}).is_zero());
  auto huge = weeks(500, 1, .01);
  for (double& y : huge) y *= 1e300;
  EXPECT_TRUE(seasonal_figure(huge, {}).values.allFinite());
}

TEST(SeasonalFigure, NeedsTwoAndASixthSeasons) {
  EXPECT_TRUE(seasonal_figure(weeks(111, 1, .01), {}).is_zero());
  const SeasonalFigure figure = seasonal_figure(weeks(112, 1, .01), {});
  EXPECT_FALSE(figure.is_zero());
  EXPECT_NEAR(figure.cycles, 60.0 / 52, 1e-12);
  EXPECT_TRUE(seasonal_figure({}, {}).is_zero());
}

TEST(SeasonalFigure, LooksAtTheLatestCyclesOnly) {
  auto y = weeks(700, 1, .01);
  for (int t = 0; t < 300; ++t) y[t] += 3 * wave(t, 13);
  const SeasonalFigure latest = seasonal_figure(y, {.season = 52, .cycles = 6});
  const SeasonalFigure all = seasonal_figure(y, {.season = 52, .cycles = 20});
  EXPECT_GT(latest.share, .95);
  EXPECT_LT(all.share, .8);
}

TEST(SeasonalFigure, MissingValuesHaveNoSay) {
  auto y = weeks(400, 1, .01);
  const SeasonalFigure whole = seasonal_figure(y, {});
  Generator generator(8);
  for (double& value : y) value = generator.uniform() < .1 ? kMissing : value;
  const SeasonalFigure figure = seasonal_figure(y, {});
  EXPECT_LT((figure.values - whole.values).cwiseAbs().maxCoeff(), .05);
  EXPECT_LT(figure.cycles, 5.9);
  const std::vector<double> none(300, kMissing);
  EXPECT_TRUE(seasonal_figure(none, {}).is_zero());
}

TEST(SeasonalFigure, AnOddSeasonAndALineLeaveNoTrace) {
  std::vector<double> y;
  for (int t = 0; t < 70; ++t) y.push_back(3 * t + 2 * wave(t, 7));
  const SeasonalFigure figure = seasonal_figure(y, {.season = 7, .cycles = 20, .smoothing = 0});
  EXPECT_NEAR(figure.share, 1, 1e-12);
  for (int place = 0; place < 7; ++place)
    EXPECT_NEAR(figure.values[place], figure.shrinkage * 2 * wave(place, 7), 1e-9);
}

TEST(SeasonalFigure, IsTakenOffAtItsPlace) {
  const auto y = weeks(300, 1, .01);
  const SeasonalFigure figure = seasonal_figure(y, {});
  const auto whole = without_figure(y, figure);
  const auto part = without_figure(std::span(y).subspan(70), figure, 70);
  for (int t = 70; t < 300; ++t) EXPECT_EQ(whole[t], part[t - 70]);
  EXPECT_EQ(figure.at(-1), figure.values[51]);
  EXPECT_EQ(figure.path(104, 3)[2], figure.values[2]);
  const std::vector<double> gap{kMissing};
  EXPECT_TRUE(std::isnan(without_figure(gap, figure)[0]));
}

}  // namespace
}  // namespace forecart
