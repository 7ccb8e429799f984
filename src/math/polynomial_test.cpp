#include "math/polynomial.h"

#include "math/partial_autocorrelation.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

using Polynomial = LagPolynomial<double>;

TEST(LagPolynomial, DifferencesMultiplyOut) {
  EXPECT_EQ(difference_polynomial(2, 0, 1), (Polynomial{1, -2, 1}));
  EXPECT_EQ(difference_polynomial(1, 1, 4), (Polynomial{1, -1, 0, 0, -1, 1}));
  EXPECT_EQ(difference_polynomial(0, 0, 12), (Polynomial{1}));
}

TEST(LagPolynomial, SeasonalFactorsSpread) {
  const Polynomial a = lag_polynomial<double>({0.5}, 1, 2);
  EXPECT_EQ(a, (Polynomial{1, 0, 0.5}));
  EXPECT_EQ(multiply(a, lag_polynomial<double>({0.2}, -1)), (Polynomial{1, -0.2, 0.5, -0.1}));
}

TEST(PartialAutocorrelation, RoundTrip) {
  const std::vector<double> partial = {0.9, -0.5, 0.3, 0.99};
  const auto back = partials_from_autoregression(autoregression_from_partials(partial));
  ASSERT_TRUE(back);
  for (std::size_t i = 0; i < partial.size(); ++i) EXPECT_NEAR((*back)[i], partial[i], 1e-12);
}

TEST(PartialAutocorrelation, NonStationaryHasNone) {
  EXPECT_FALSE(partials_from_autoregression({1.0}));
  EXPECT_FALSE(partials_from_autoregression({0.5, 0.6}));
}

TEST(Dual, FollowsTheChainRule) {
  const Dual x = Dual::variable(0.7, 0);
  const Dual y = Dual::variable(-1.3, 2);
  const Dual f = tanh(x * y) / (Dual(2) + x) - y;
  const double t = std::tanh(0.7 * -1.3);
  EXPECT_NEAR(f.value, t / 2.7 + 1.3, 1e-15);
  EXPECT_NEAR(f.slope[0], (1 - t * t) * -1.3 / 2.7 - t / (2.7 * 2.7), 1e-14);
  EXPECT_NEAR(f.slope[2], (1 - t * t) * 0.7 / 2.7 - 1, 1e-14);
  EXPECT_EQ(f.slope[1], 0);
}

}  // namespace
}  // namespace forecart
