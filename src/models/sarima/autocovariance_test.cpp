#include "models/sarima/autocovariance.h"

#include <gtest/gtest.h>

#include <cmath>

namespace forecart::sarima {
namespace {

/// gamma(k) = sum_j psi_j psi_{j+k} over a long stretch of psi weights.
std::vector<double> by_psi_weights(const SeasonalArma<double>& arma, std::size_t count) {
  const auto psi = psi_weights(arma.expanded_ar(), arma.expanded_ma(), 4000);
  std::vector<double> gamma(count, 0.0);
  for (std::size_t k = 0; k < count; ++k) {
    for (std::size_t j = 0; j + k < psi.size(); ++j) gamma[k] += psi[j] * psi[j + k];
  }
  return gamma;
}

void expect_as_by_psi_weights(const SarimaOrder& order, const std::vector<double>& coefficients) {
  const auto arma = *arma_from_coefficients(order, coefficients);
  const auto expected = by_psi_weights(arma, 40);
  const auto gamma = autocovariance(arma, 40);
  for (std::size_t k = 0; k < 40; ++k) {
    EXPECT_NEAR(gamma[k], expected[k], 1e-11 * expected[0]) << order.format() << " lag " << k;
  }
}

TEST(Autocovariance, IsThatOfThePsiWeights) {
  expect_as_by_psi_weights({2, 0, 1}, {1.2, -0.4, 0.5});
  expect_as_by_psi_weights({0, 0, 3}, {0.4, -0.2, 0.7});
  expect_as_by_psi_weights({1, 0, 1, 1, 0, 1, 4}, {0.8, 0.3, 0.6, -0.5});
  expect_as_by_psi_weights({2, 0, 6, 2, 0, 2, 4},
                           {0.5, 0.2, .1, .2, -.3, .1, .4, .2, 0.5, -0.3, 0.4, 0.1});
  expect_as_by_psi_weights({0, 0, 1, 2, 0, 0, 12}, {0.4, 0.4, 0.3});
  expect_as_by_psi_weights({1, 0, 0, 0, 0, 2, 12}, {-0.9, 0.5, 0.2});
}

TEST(Autocovariance, ClosedFormNearAUnitRoot) {
  const double phi = 1 - 1e-7;
  const auto gamma = autocovariance(*arma_from_coefficients({1, 0, 0}, {phi}), 3);
  EXPECT_NEAR(gamma[0] * (1 - phi) * (1 + phi), 1, 1e-13);
  EXPECT_NEAR(gamma[2] / gamma[0], phi * phi, 1e-13);
}

TEST(Autocovariance, CancellingFactorsLeaveWhiteNoise) {
  const auto gamma = autocovariance(
      *arma_from_coefficients({1, 0, 1, 1, 0, 1, 12}, {0.999999, -0.999999, 0.9, -0.9}), 30);
  EXPECT_NEAR(gamma[0], 1, 1e-12);
  for (std::size_t k = 1; k < 30; ++k) EXPECT_NEAR(gamma[k], 0, 1e-12) << k;
}

}  // namespace
}  // namespace forecart::sarima
