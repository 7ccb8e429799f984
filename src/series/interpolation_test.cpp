#include "series/interpolation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

namespace forecart {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

TEST(LinearFill, DrawsLinesAndHoldsTheEnds) {
  const std::vector<double> y{kMissing, 2, kMissing, kMissing, 8, kMissing};
  EXPECT_EQ(linear_fill(y), (std::vector<double>{2, 2, 4, 6, 8, 8}));
  EXPECT_EQ(linear_fill(std::vector<double>(3, kMissing)), std::vector<double>(3, 0.0));
  EXPECT_TRUE(linear_fill({}).empty());
}

TEST(SeasonalFill, PutsTheSeasonBack) {
  std::vector<double> y;
  for (int t = 0; t < 96; ++t)
    y.push_back(10 + .1 * t + 5 * std::sin(2 * std::numbers::pi * t / 12));
  auto gaps = y;
  for (const int gap : {30, 31, 32, 33, 34, 35, 60, 95}) gaps[gap] = kMissing;
  const auto filled = seasonal_fill(gaps, std::vector{12});
  for (std::size_t t = 0; t < 95; ++t) EXPECT_NEAR(filled[t], y[t], .2) << t;
  EXPECT_NEAR(filled[95], y[95], .5) << "the end carries the level on";
  EXPECT_EQ(seasonal_fill(y, std::vector{12}), y);
}

TEST(SeasonalFill, IsLinearWhereNoSeasonFits) {
  const std::vector<double> y{1, kMissing, 3, 4};
  EXPECT_EQ(seasonal_fill(y, std::vector{12}), (std::vector<double>{1, 2, 3, 4}));
}

}  // namespace
}  // namespace forecart
