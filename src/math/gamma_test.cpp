#include "math/gamma.h"

#include "math/chi_squared.h"
#include "math/normal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace forecart {
namespace {

TEST(GammaQuantile, EqualsClosedForms) {
  for (const double p : {1e-6, 0.025, 0.5, 0.9, 0.999999}) {
    EXPECT_NEAR(gamma_quantile(p, 1) / -std::log1p(-p), 1, 1e-9) << p;  // exponential
    const double z = normal_quantile((1 + p) / 2);                      // half a squared normal
    EXPECT_NEAR(gamma_quantile(p, 0.5) / (z * z / 2), 1, 1e-8) << p;
  }
}

TEST(GammaQuantile, InvertsTheDistributionFunction) {
  for (const double a : {0.02, 0.3, 0.99, 1.01, 3.0, 40.0, 999.0, 9999.0}) {
    for (const double p : {0.001, 0.1, 0.5, 0.9, 0.999}) {
      const double x = gamma_quantile(p, a);
      if (x < 1e-300) continue;  // below what doubles hold
      EXPECT_NEAR(1 - upper_gamma(a, x), p, 1e-9) << a << " " << p;
    }
  }
}

TEST(GammaQuantile, IsContinuousWhereTheApproximationBegins) {
  EXPECT_NEAR(gamma_quantile(0.9, 10001) / gamma_quantile(0.9, 9999.99), 10001 / 9999.99, 2e-6);
}

TEST(DrawGamma, HasItsMoments) {
  Generator generator(2);
  for (const double shape : {0.2, 1.0, 9.0}) {
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 100000; ++i) {
      const double x = draw_gamma(shape, generator);
      sum += x / 100000;
      squares += x * x / 100000;
    }
    EXPECT_NEAR(sum / shape, 1, 0.03);
    EXPECT_NEAR((squares - sum * sum) / shape, 1, 0.06);
  }
}

TEST(GammaQuantile, OfATinyShapeIsZeroUntilTheTail) {
  EXPECT_EQ(gamma_quantile(0.5, 1e-5), 0);
  EXPECT_GE(gamma_quantile(1 - 1e-7, 1e-5), 0);
}

TEST(Gamma, ShapeIsThatOfMeanAndVarianceOrNothing) {
  EXPECT_DOUBLE_EQ(gamma_shape(6, 12).value(), 3);
  EXPECT_FALSE(gamma_shape(0, 1));
  EXPECT_FALSE(gamma_shape(1, 0));
  EXPECT_FALSE(gamma_shape(1, 1e-19));
  EXPECT_FALSE(gamma_shape(1e300, std::numeric_limits<double>::infinity()));
  EXPECT_FALSE(gamma_shape(1, std::nan("")));
}

}  // namespace
}  // namespace forecart
