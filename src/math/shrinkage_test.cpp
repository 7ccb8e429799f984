#include "math/shrinkage.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <cmath>

namespace forecart {
namespace {

using Eigen::ArrayXd;

/// Ratios with this variance between them, each known from Poisson counts of so many expected.
Ratios simulated(double between, double expected, int count) {
  Generator generator(5);
  Ratios ratios{ArrayXd(count), ArrayXd::Constant(count, expected)};
  for (double& value : ratios.value) {
    const double truth = 1 + std::sqrt(between) * generator.normal();
    value = static_cast<double>(generator.poisson(expected * truth)) / expected;
  }
  return ratios;
}

TEST(BetweenVariance, IsFoundBesideTheNoise) {
  EXPECT_NEAR(between_variance(simulated(0.04, 20, 4000), 0), 0.04, 0.006);
  EXPECT_LT(between_variance(simulated(0, 20, 4000), 0), 0.003);
}

TEST(BetweenVariance, OfWhatSaysNothingIsZero) {
  EXPECT_EQ(between_variance({ArrayXd::Ones(3), ArrayXd::Zero(3)}, 0), 0);
  EXPECT_EQ(between_variance({ArrayXd::Constant(1, 2), ArrayXd::Ones(1)}, 1), 0);
  EXPECT_EQ(between_variance({ArrayXd(), ArrayXd()}, 0), 0);
}

TEST(Shrunk, GoesByInformation) {
  const Ratios ratios{ArrayXd::Constant(3, 2), (ArrayXd(3) << 0, 25, 1e12).finished()};
  const ArrayXd drawn = shrunk(ratios, 0.04);
  EXPECT_DOUBLE_EQ(drawn[0], 1);    // nothing known
  EXPECT_DOUBLE_EQ(drawn[1], 1.5);  // noise and variance between are alike
  EXPECT_NEAR(drawn[2], 2, 1e-9);
  EXPECT_TRUE((shrunk(ratios, 0) == 1).all());
}

}  // namespace
}  // namespace forecart
