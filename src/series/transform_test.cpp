#include "series/transform.h"

#include "base/error.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace forecart {
namespace {

using Eigen::VectorXd;

PredictivePtr gaussian(double mean, double sigma2) {
  return std::make_shared<GaussianPredictive>(VectorXd::Constant(1, mean), VectorXd::Ones(1),
                                              sigma2);
}

double mean_of_draws(const Predictive& forecast) {
  Generator generator(11);
  return forecast.draw(200000, generator).mean();
}

TEST(Transform, MeanIsCorrectedForBias) {
  const auto log = back_transform(Transform::log, gaussian(1, 0.25));
  EXPECT_NEAR(log->mean(0), std::exp(1.125), 1e-12);
  EXPECT_NEAR(log->mean(0), mean_of_draws(*log), 0.01);
  const auto sqrt = back_transform(Transform::sqrt, gaussian(4, 0.25));
  EXPECT_NEAR(sqrt->mean(0), 16.25, 1e-12);
  EXPECT_NEAR(sqrt->mean(0), mean_of_draws(*sqrt), 0.03);
}

TEST(Transform, MeanOfAnyDistributionIsThatOfItsQuantiles) {
  Eigen::MatrixXd errors(1, 3);
  errors << -1, 0, 1;
  const auto forecast = back_transform(
      Transform::log, std::make_shared<EmpiricalPredictive>(VectorXd::Constant(1, 2.0), errors));
  // int_0^1 exp(1 + 2p) dp = (e^3 - e) / 2
  EXPECT_NEAR(forecast->mean(0), (std::exp(3.0) - std::exp(1.0)) / 2, 1e-4);
}

TEST(Transform, QuantilesAreBackTransformed) {
  const auto sqrt = back_transform(Transform::sqrt, gaussian(1, 4));
  EXPECT_DOUBLE_EQ(sqrt->quantile(0, 0.5), 1);
  EXPECT_DOUBLE_EQ(sqrt->quantile(0, 0.01), 0) << "below zero stands for nothing sold";
}

TEST(Transform, DomainIsChecked) {
  const double missing = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(in_domain(Transform::log, std::vector{1.0, missing, 2.0}));
  EXPECT_FALSE(in_domain(Transform::log, std::vector{1.0, 0.0}));
  EXPECT_TRUE(in_domain(Transform::sqrt, std::vector{1.0, 0.0}));
  EXPECT_FALSE(in_domain(Transform::sqrt, std::vector{-1.0}));
}

TEST(Transform, NamesGoBothWays) {
  for (const auto* name : {"none", "log", "sqrt"}) {
    EXPECT_EQ(to_string(parse_transform(name)), name);
  }
  try {
    parse_transform("cube");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unknown_name);
  }
}

}  // namespace
}  // namespace forecart
