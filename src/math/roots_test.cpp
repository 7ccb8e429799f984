#include "math/roots.h"

#include <gtest/gtest.h>

#include <cmath>

namespace forecart {
namespace {

using Complex = std::complex<double>;

/// |c(z)| relative to the sum of its terms' moduli.
double relative_value(const LagPolynomial<double>& c, Complex z) {
  Complex value = 0;
  double scale = 0;
  Complex power = 1;
  for (const double a : c) {
    value += a * power;
    scale += std::abs(a * power);
    power *= z;
  }
  return std::abs(value) / scale;
}

TEST(Roots, OfAQuadratic) {
  const auto real = roots({1, -1.5, .5});  // (1 - z)(1 - z/2)
  ASSERT_EQ(real.size(), 2U);
  EXPECT_NEAR(std::abs(real[0] - 1.0), 0, 1e-12);
  EXPECT_NEAR(std::abs(real[1] - 2.0), 0, 1e-12);
  const auto pair = roots({1, 0, .25});
  EXPECT_NEAR(std::abs(pair[0]), 2, 1e-12);
  EXPECT_NEAR(pair[0].real(), 0, 1e-12);
}

TEST(Roots, OfAConstantAreNone) {
  EXPECT_TRUE(roots({1}).empty());
  EXPECT_TRUE(roots({1, 0, 0}).empty());
  EXPECT_TRUE(roots({}).empty());
}

TEST(Roots, OfASeasonalFactorLieOnACircle) {
  const auto z = roots(lag_polynomial(std::vector{-.5}, 1, 365));
  ASSERT_EQ(z.size(), 365U);
  for (const Complex root : z) EXPECT_NEAR(std::abs(root), std::pow(2, 1 / 365.0), 1e-12);
}

TEST(Roots, OfALongProductAreRoots) {
  const auto seasonal = lag_polynomial(std::vector{.6, -.3}, 1, 168);
  const auto c = multiply(seasonal, lag_polynomial(std::vector{-1.2, .5}, 1));
  const auto z = roots(c);
  ASSERT_EQ(z.size(), 338U);
  for (const Complex root : z) EXPECT_LT(relative_value(c, root), 1e-11);
  // The regular factor 1 - 1.2 z + .5 z^2 has the pair 1.2 +- i sqrt(.56).
  EXPECT_NEAR(std::abs(z.back() - Complex(1.2, std::copysign(std::sqrt(.56), z.back().imag()))), 0,
              1e-9);
}

TEST(Roots, OfDegreeFourHundredHaveTheirProduct) {
  LagPolynomial<double> c(401);
  for (std::size_t j = 0; j < c.size(); ++j) c[j] = std::cos(static_cast<double>(j * j));
  const auto z = roots(c);
  ASSERT_EQ(z.size(), 400U);
  double log_product = 0;
  for (const Complex root : z) {
    EXPECT_LT(relative_value(c, root), 1e-10);
    log_product += std::log(std::abs(root));
  }
  EXPECT_NEAR(log_product, std::log(std::abs(c.front() / c.back())), 1e-7);
}

}  // namespace
}  // namespace forecart
