#include "series/mstl.h"

#include "base/random.h"
#include "series/golden.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

namespace forecart {
namespace {

using Eigen::VectorXd;

double wave(double t, double period) {
  return std::sin(2 * std::numbers::pi * t / period);
}

/// Days with a weekly and a monthly wave, a slope and noise.
std::vector<double> two_seasons(int n) {
  Generator generator(5);
  std::vector<double> y;
  for (int t = 0; t < n; ++t)
    y.push_back(50 + .05 * t + 4 * wave(t, 7) + 9 * wave(t, 30) + .5 * generator.normal());
  return y;
}

TEST(Mstl, EqualsRWithOneSeason) {
  const Decomposition parts = mstl(classic("airpassengers"), {12});
  const auto& reference = golden().at("stl").at("mstl_default");
  EXPECT_LT(distance(parts.seasonal.at(0), reference.at("seasonal")), 1e-9);
  EXPECT_LT(distance(parts.trend, reference.at("trend")), 1e-9);
}

TEST(Mstl, TellsSeveralSeasonsApart) {
  const auto y = two_seasons(300);
  const Decomposition parts = mstl(y, {30, 7});
  ASSERT_EQ(parts.seasons, (std::vector<int>{7, 30}));
  for (int t = 60; t < 240; ++t) {
    EXPECT_NEAR(parts.seasonal[0][t], 4 * wave(t, 7), 1.2);
    EXPECT_NEAR(parts.seasonal[1][t], 9 * wave(t, 30), 1.5);
  }
  const VectorXd sum = parts.seasonal[0] + parts.seasonal[1] + parts.trend + parts.remainder;
  EXPECT_LT(distance(sum, y), 1e-9);
  EXPECT_GT(seasonal_strength(parts.seasonal[0], parts.remainder), .9);
}

TEST(Mstl, DropsSeasonsLongerThanHalfTheSeries) {
  const auto y = two_seasons(60);
  EXPECT_EQ(mstl(y, {7, 30, 365}).seasons, std::vector<int>{7});
  EXPECT_TRUE(mstl(y, {1, 0}).seasons.empty());
  EXPECT_TRUE(mstl({}, {7}).seasons.empty());
  const std::vector<double> one{3.0};
  EXPECT_DOUBLE_EQ(mstl(one, {7}).trend[0], 3);
}

TEST(Mstl, WithoutASeasonTheTrendIsSmooth) {
  Generator generator(9);
  std::vector<double> y;
  for (int t = 0; t < 200; ++t) y.push_back(.5 * t + generator.normal());
  const Decomposition parts = mstl(y, {});
  for (int t = 0; t < 200; ++t) EXPECT_NEAR(parts.trend[t], .5 * t, 1);
}

TEST(Mstl, FillsGapsFirst) {
  auto y = two_seasons(300);
  const Decomposition whole = mstl(y, {7});
  for (const int gap : {40, 41, 42, 43, 150}) y[gap] = std::numeric_limits<double>::quiet_NaN();
  const Decomposition parts = mstl(y, {7});
  EXPECT_TRUE(parts.remainder.allFinite());
  EXPECT_LT((parts.seasonal[0] - whole.seasonal[0]).cwiseAbs().maxCoeff(), 1.5);
}

TEST(SeasonalStrength, IsAShare) {
  const VectorXd none = VectorXd::Zero(4);
  VectorXd some(4);
  some << 1, -1, 1, -1;
  EXPECT_EQ(seasonal_strength(none, none), 0);
  EXPECT_EQ(seasonal_strength(some, none), 1);
  EXPECT_EQ(seasonal_strength(none, some), 0);
  EXPECT_EQ(seasonal_strength(some, -some / 2), 0);
}

}  // namespace
}  // namespace forecart
