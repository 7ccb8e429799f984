#include "math/chi_squared.h"

#include <gtest/gtest.h>

#include <cmath>

namespace forecart {
namespace {

TEST(ChiSquared, HasItsClosedForms) {
  for (const double x : {.01, .5, 1.0, 3.0, 10.0, 40.0, 200.0, 1000.0}) {
    const double half = x / 2;
    EXPECT_NEAR(chi_squared_upper_tail(x, 1) / std::erfc(std::sqrt(half)), 1, 1e-12) << x;
    EXPECT_NEAR(chi_squared_upper_tail(x, 2) / std::exp(-half), 1, 1e-12) << x;
    const double six = std::exp(-half) * (1 + half + half * half / 2);
    EXPECT_NEAR(chi_squared_upper_tail(x, 6) / six, 1, 1e-12) << x;
  }
}

/// Percentage points as every textbook's table has them.
TEST(ChiSquared, HasTheTabledPoints) {
  EXPECT_NEAR(chi_squared_upper_tail(18.307038053275146, 10), .05, 1e-12);
  EXPECT_NEAR(chi_squared_upper_tail(3.841458820694124, 1), .05, 1e-12);
  EXPECT_NEAR(chi_squared_upper_tail(6.634896601021217, 1), .01, 1e-12);
}

TEST(ChiSquared, IsHalfNearItsMedianForManyDegrees) {
  // Wilson and Hilferty: the median is about k (1 - 2 / (9 k))^3.
  for (const double k : {100.0, 1000.0, 20000.0})
    EXPECT_NEAR(chi_squared_upper_tail(k * std::pow(1 - 2 / (9 * k), 3), k), .5, 1e-4);
}

TEST(ChiSquared, Ends) {
  EXPECT_EQ(chi_squared_upper_tail(0, 5), 1);
  EXPECT_EQ(chi_squared_upper_tail(-1, 5), 1);
  EXPECT_TRUE(std::isnan(chi_squared_upper_tail(std::nan(""), 5)));
  EXPECT_EQ(chi_squared_upper_tail(1e6, 3), 0);
}

TEST(UpperGamma, BothBranchesMeet) {
  for (const double a : {.3, 1.0, 7.5, 60.0}) {
    const double below = upper_gamma(a, (a + 1) * (1 - 1e-12));
    EXPECT_NEAR(below, upper_gamma(a, (a + 1) * (1 + 1e-12)), 1e-10) << a;
  }
}

}  // namespace
}  // namespace forecart
