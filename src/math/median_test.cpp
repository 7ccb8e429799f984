#include "math/median.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <cmath>

namespace forecart {
namespace {

TEST(Median, IsTheMiddleOfAnOddNumber) {
  EXPECT_EQ(median({3, -1, 2}), 2);
  EXPECT_EQ(upper_median({3, -1, 2}), 2);
  EXPECT_EQ(median({7}), 7);
}

TEST(Median, OfAnEvenNumberIsBetweenTheTwoOrTheUpper) {
  EXPECT_EQ(median({4, 1, 9, 2}), 3);
  EXPECT_EQ(upper_median({4, 1, 9, 2}), 4);
  EXPECT_EQ(median({0, 0, 1, 1}), 0.5);
  EXPECT_EQ(upper_median({0, 0, 1, 1}), 1);
}

TEST(Median, OfNothingIsZero) {
  EXPECT_EQ(median({}), 0);
  EXPECT_EQ(upper_median({}), 0);
}

TEST(Median, GivesTheScaleOfNormalValues) {
  Generator generator(3);
  std::vector<double> sizes(20001);
  for (double& size : sizes) size = 5 * std::abs(generator.normal());
  EXPECT_NEAR(kMedianToScale * median(sizes), 5, 0.15);
}

}  // namespace
}  // namespace forecart
