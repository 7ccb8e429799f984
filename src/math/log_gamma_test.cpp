#include "math/log_gamma.h"

#include <gtest/gtest.h>

#include <cmath>

namespace forecart {
namespace {

TEST(LogGamma, IsThatOfFactorialsAndHalves) {
  EXPECT_DOUBLE_EQ(log_gamma(1), 0);
  EXPECT_DOUBLE_EQ(log_gamma(6), std::log(120));
  EXPECT_DOUBLE_EQ(log_gamma(.5), std::log(M_PI) / 2);
}

/// Found by the thread sanitizer: the sign of std::lgamma is one variable of the whole program.
TEST(LogGamma, WritesNothingThatThreadsShare) {
  signgam = 7;
  log_gamma(2.5);
  EXPECT_EQ(signgam, 7);
}

}  // namespace
}  // namespace forecart
