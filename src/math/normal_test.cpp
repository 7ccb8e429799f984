#include "math/normal.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

// scipy 1.10.1, scipy.stats.norm.ppf, printed with 17 digits; tolerance 1e-14 relative.
TEST(NormalQuantile, EqualsScipy) {
  EXPECT_NEAR(normal_quantile(0.9), 1.2815515655446004, 1e-14);
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-14);
  EXPECT_NEAR(normal_quantile(0.01), -2.3263478740408408, 1e-14);
  EXPECT_NEAR(normal_quantile(1e-12), -7.034483825301131, 1e-13);
  EXPECT_DOUBLE_EQ(normal_quantile(0.5), 0);
}

TEST(NormalQuantile, InvertsTheDistributionFunction) {
  for (const double p : {1e-10, 1e-4, 0.03, 0.2, 0.5, 0.8, 0.95, 0.9999}) {
    EXPECT_NEAR(normal_cdf(normal_quantile(p)), p, 1e-14 + 1e-13 * p);
  }
}

}  // namespace
}  // namespace forecart
