#include "math/count.h"

#include <gtest/gtest.h>

#include <cmath>

namespace forecart {
namespace {

/// P(Y <= k), by summing what count_log_probability says.
double cdf(double k, double mean, double variance) {
  double sum = 0;
  for (double i = 0; i <= k; ++i) sum += std::exp(count_log_probability(i, mean, variance));
  return sum;
}

TEST(CountLogProbability, EqualsHandWrittenCases) {
  // Poisson(2): P(3) = 8 e^-2 / 6; negative binomial r = 2, p = .5 (mean 2, variance 4): P(3) =
  // 4/32
  EXPECT_NEAR(count_log_probability(3, 2, 2), std::log(8 * std::exp(-2.0) / 6), 1e-12);
  EXPECT_NEAR(count_log_probability(3, 2, 4), std::log(4.0 / 32), 1e-12);
}

TEST(CountLogProbability, HasTheMomentsAskedFor) {
  double sum = 0;
  double mean = 0;
  double square = 0;
  for (double k = 0; k < 400; ++k) {
    const double p = std::exp(count_log_probability(k, 3, 12));
    sum += p;
    mean += k * p;
    square += k * k * p;
  }
  EXPECT_NEAR(sum, 1, 1e-10);
  EXPECT_NEAR(mean, 3, 1e-9);
  EXPECT_NEAR(square - mean * mean, 12, 1e-8);
}

TEST(CountQuantile, IsTheLeastCountThatReaches) {
  for (const double mean : {0.05, 1.0, 7.5, 60.0, 199.0}) {
    for (const double excess : {0.0, 0.5, 3.0}) {
      for (const double p : {0.025, 0.5, 0.975}) {
        const double variance = mean * (1 + excess);
        const double k = count_quantile(p, mean, variance);
        EXPECT_GE(cdf(k, mean, variance), p - 1e-12);
        EXPECT_TRUE(k == 0 || cdf(k - 1, mean, variance) < p);
      }
    }
  }
}

TEST(CountQuantile, OfLargeMeansIsWithinACountOfTheSum) {
  for (const double variance : {201.0, 900.0, 40000.0}) {
    for (const double p : {0.025, 0.1, 0.5, 0.9, 0.975}) {
      double k = 0;
      while (cdf(k, 201, variance) < p) ++k;
      EXPECT_NEAR(count_quantile(p, 201, variance), k, 1 + 0.002 * k) << variance << " " << p;
    }
  }
}

TEST(CountQuantile, OfCountsThatHardlyVaryIsNarrow) {
  EXPECT_EQ(count_quantile(0.025, 14, 0), 14);
  EXPECT_EQ(count_quantile(0.975, 14.2, 1e-6), 14);
  EXPECT_NEAR(count_quantile(0.975, 400, 25), 400 + 1.96 * 5, 1);
  EXPECT_GE(count_quantile(0.9, 1, 0.1), count_quantile(0.9, 1, 1));  // too small to tell
}

TEST(CountQuantile, TakesExtremes) {
  EXPECT_EQ(count_quantile(0.9, 0, 0), 0);
  EXPECT_EQ(count_quantile(0.5, 1e-9, 1e-9), 0);
  EXPECT_TRUE(std::isfinite(count_quantile(0.999, 1e12, 1e20)));
  EXPECT_TRUE(std::isfinite(count_quantile(0.999, 1e-6, 1e6)));
}

/// Share of counts within the ends of an 80 % interval, for means from 15 to 25.
double share_inside(double (*quantile)(double, double, double)) {
  double sum = 0;
  int means = 0;
  for (double mean = 15; mean < 25; mean += 0.1, ++means) {
    const double low = quantile(0.1, mean, 1.3 * mean);
    const double high = quantile(0.9, mean, 1.3 * mean);
    sum += cdf(std::floor(high), mean, 1.3 * mean) - cdf(std::ceil(low) - 1, mean, 1.3 * mean);
  }
  return sum / means;
}

TEST(SmoothCountQuantile, HoldsWhatItSaysWhereWholeNumbersHoldMore) {
  EXPECT_NEAR(share_inside(smooth_count_quantile), 0.8, 0.005);
  EXPECT_GT(share_inside(count_quantile), 0.82);
}

TEST(SmoothCountQuantile, StaysWithinHalfACountAndRises) {
  for (const double mean : {0.5, 1.9, 3.0, 6.0, 12.0, 150.0, 300.0}) {
    double before = 0;
    for (double p = 0.01; p < 1; p += 0.01) {
      const double smooth = smooth_count_quantile(p, mean, 2 * mean);
      const double whole = count_quantile(p, mean, 2 * mean);
      EXPECT_LE(std::abs(smooth - whole), mean > kWholeMean ? 0.5 : 0) << mean << " " << p;
      EXPECT_GE(smooth, before) << mean << " " << p;
      before = smooth;
    }
  }
}

TEST(SmoothCountQuantile, TakesExtremes) {
  EXPECT_EQ(smooth_count_quantile(0.9, 0, 0), 0);
  EXPECT_EQ(smooth_count_quantile(1e-9, 11, 1e6), 0);
  EXPECT_TRUE(std::isfinite(smooth_count_quantile(0.999, 1e12, 1e20)));
  EXPECT_TRUE(std::isfinite(smooth_count_quantile(1 - 1e-16, 9, 1e300)));
}

}  // namespace
}  // namespace forecart
