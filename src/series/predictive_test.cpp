#include "series/predictive.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace forecart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

GaussianPredictive random_walk(Index horizon, double last, double sigma2) {
  return {VectorXd::Constant(horizon, last), VectorXd::Ones(horizon), sigma2};
}

TEST(GaussianPredictive, VarianceOfARandomWalkGrowsWithTheHorizon) {
  const auto forecast = random_walk(4, 10, 2.25);
  for (Index step = 0; step < 4; ++step) {
    EXPECT_DOUBLE_EQ(forecast.variance(step), 2.25 * static_cast<double>(step + 1));
  }
  EXPECT_NEAR(forecast.quantile(3, 0.975), 10 + 3 * 1.959963984540054, 1e-12);
}

TEST(GaussianPredictive, DrawsHaveTheMomentsOfTheForecast) {
  const auto forecast = random_walk(3, 5, 4);
  Generator generator(7);
  const MatrixXd paths = forecast.draw(20000, generator);
  for (Index step = 0; step < 3; ++step) {
    const double mean = paths.row(step).mean();
    const double variance = (paths.row(step).array() - mean).square().mean();
    EXPECT_NEAR(mean, 5, 0.08);
    EXPECT_NEAR(variance / forecast.variance(step), 1, 0.04);
  }
  // Steps of one path hang together: cov(step 0, step 2) = sigma^2.
  const auto first = paths.row(0).array() - 5;
  const auto last = paths.row(2).array() - 5;
  EXPECT_NEAR((first * last).mean(), 4, 0.2);
}

TEST(GaussianPredictive, ShortPsiIsContinuedByZeros) {
  const GaussianPredictive forecast(VectorXd::Zero(3), VectorXd::Ones(1), 1);
  EXPECT_DOUBLE_EQ(forecast.variance(2), 1);
}

TEST(EmpiricalPredictive, QuantilesAreThoseOfTheErrors) {
  MatrixXd errors(1, 5);
  errors << 2, -2, 0, 1, -1;
  const EmpiricalPredictive forecast(VectorXd::Constant(1, 10), errors);
  EXPECT_DOUBLE_EQ(forecast.quantile(0, 0.5), 10);
  EXPECT_DOUBLE_EQ(forecast.quantile(0, 0.25), 9);
  EXPECT_DOUBLE_EQ(forecast.quantile(0, 0.875), 11.5);
}

TEST(EmpiricalPredictive, ErrorsThatAreNoNumbersComeLast) {
  Eigen::MatrixXd errors(1, 40);
  for (Eigen::Index i = 0; i < errors.size(); ++i) errors(0, i) = i % 2 == 0 ? NAN : 100.0 - i;
  const EmpiricalPredictive predictive(Eigen::VectorXd::Zero(1), errors);
  EXPECT_DOUBLE_EQ(predictive.quantile(0, 1 / 39.0), 63);
  EXPECT_TRUE(std::isnan(predictive.quantile(0, 0.9)));
}

TEST(EmpiricalPredictive, DrawsWholeErrorPaths) {
  MatrixXd errors(2, 2);
  errors << 1, -1, 3, -3;
  const EmpiricalPredictive forecast(VectorXd::Zero(2), errors);
  Generator generator(3);
  const MatrixXd paths = forecast.draw(50, generator);
  for (Index path = 0; path < 50; ++path) EXPECT_DOUBLE_EQ(paths(1, path), 3 * paths(0, path));
}

RC_GTEST_PROP(Predictive, QuantilesNeverCross, ()) {
  const auto raw =
      *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(-99, 99)));
  const MatrixXd errors =
      Eigen::Map<const Eigen::RowVectorXi>(raw.data(), static_cast<Index>(raw.size()))
          .cast<double>();
  const auto empirical = std::make_shared<EmpiricalPredictive>(VectorXd::Zero(1), errors);
  const auto gaussian =
      std::make_shared<GaussianPredictive>(VectorXd::Ones(1), VectorXd::Ones(1), 2);
  const auto mixed = average({empirical, gaussian}, VectorXd::Constant(2, 0.5));
  const auto clamped = clamp_below(mixed, 0);
  double before = -1;
  for (double p = 0.01; p < 1; p += 0.02) {
    const double now = clamped->quantile(0, p);
    RC_ASSERT(now >= before);
    before = now;
  }
  RC_ASSERT(clamped->quantile(0, 0.001) >= 0);
}

TEST(Average, OfOneMemberIsThatMember) {
  const auto member = std::make_shared<GaussianPredictive>(random_walk(2, 3, 1));
  const auto same = average({member}, VectorXd::Ones(1));
  EXPECT_DOUBLE_EQ(same->mean(1), 3);
  EXPECT_DOUBLE_EQ(same->quantile(1, 0.9), member->quantile(1, 0.9));
}

}  // namespace
}  // namespace forecart
