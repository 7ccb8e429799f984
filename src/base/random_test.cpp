#include "base/random.h"

#include <gtest/gtest.h>

#include <cmath>

namespace forecart {
namespace {

TEST(Generator, SameSeedSameNumbers) {
  Generator a(1);
  Generator b(1);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.bits(), b.bits());
  EXPECT_NE(Generator(1).split(0).bits(), Generator(1).split(1).bits());
  EXPECT_EQ(Generator(1).split(5).bits(), Generator(1).split(5).bits());
}

template <typename Draw>
std::pair<double, double> moments(Draw draw) {
  constexpr int kDraws = 100000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = static_cast<double>(draw());
    sum += x;
    squares += x * x;
  }
  const double mean = sum / kDraws;
  return {mean, squares / kDraws - mean * mean};
}

TEST(Generator, DrawsHaveTheirMoments) {
  Generator generator(2);
  const auto [normal_mean, normal_variance] = moments([&] { return generator.normal(); });
  EXPECT_NEAR(normal_mean, 0, 0.02);
  EXPECT_NEAR(normal_variance, 1, 0.03);
  for (const double mean : {0.3, 4.0, 80.0}) {
    const auto [m, v] = moments([&] { return generator.poisson(mean); });
    EXPECT_NEAR(m / mean, 1, 0.03);
    EXPECT_NEAR(v / mean, 1, 0.05);
  }
  const auto [uniform_mean, uniform_variance] = moments([&] { return generator.uniform(); });
  EXPECT_NEAR(uniform_mean, 0.5, 0.005);
  EXPECT_NEAR(uniform_variance, 1.0 / 12, 0.002);
}

TEST(Generator, BelowStaysBelow) {
  Generator generator(3);
  for (int i = 0; i < 1000; ++i) EXPECT_LT(generator.below(7), 7U);
}

}  // namespace
}  // namespace forecart
