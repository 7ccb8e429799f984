#include "models/autoregression/lag_regression.h"

#include "base/random.h"

#include <Eigen/LU>
#include <gtest/gtest.h>

#include <cmath>

namespace forecart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// z_t = 3 + profile + .5 (z_{t-1} - 3) + .3 (z_{t-4} - 3) + e, with three places.
std::vector<double> process(int n, double noise) {
  Generator generator(11);
  const double profile[] = {-.4, .1, .3};
  std::vector<double> z(4, 3.0);
  while (std::ssize(z) < n) {
    const auto t = z.size();
    z.push_back(3 + profile[t % 3] + .5 * (z[t - 1] - 3) + .3 * (z[t - 4] - 3) +
                noise * generator.normal());
  }
  return z;
}

std::vector<int> thirds(std::size_t n) {
  std::vector<int> places;
  for (std::size_t t = 0; t < n; ++t) places.push_back(static_cast<int>(t % 3));
  return places;
}

LagRegression fit(const std::vector<double>& z, const LagRegressionOptions& options) {
  const std::vector<int> places =
      options.places == 1 ? std::vector<int>(z.size(), 0) : thirds(z.size());
  return fit_lag_regression({z, places, std::vector<bool>(z.size(), true)}, options);
}

TEST(LagRegression, FindsTheProcess) {
  const auto fitted = fit(process(5000, .1), {.lags = {1, 4}, .places = 3});
  EXPECT_NEAR(fitted.weights[0], .5, .03);
  EXPECT_NEAR(fitted.weights[1], .3, .03);
  EXPECT_NEAR(fitted.profile[2] - fitted.profile[0], .7, .03);
  EXPECT_NEAR(fitted.sigma2, .01, .0005);
}

/// The same solution from the whole system at once, the penalty read off its pilot fit.
TEST(LagRegression, EqualsTheWholeRidgeSystem) {
  const auto z = process(60, .5);
  const LagRegressionOptions options{{1, 4}, 3, 20, 1};
  const auto fitted = fit(z, options);
  const Index n = 60;
  const double mean = Eigen::Map<const VectorXd>(z.data(), n).mean();
  MatrixXd design = MatrixXd::Zero(n - 4, 5);
  VectorXd target(n - 4);
  VectorXd weights(n - 4);
  for (Index row = 0; row < n - 4; ++row) {
    const Index t = row + 4;
    design(row, 0) = z[t - 1] - mean;
    design(row, 1) = z[t - 4] - mean;
    design(row, 2 + t % 3) = 1;
    target[row] = z[t] - mean;
    weights[row] = std::pow(.5, static_cast<double>(n - 1 - t) / 20);
  }
  const MatrixXd normal = design.transpose() * weights.asDiagonal() * design;
  const VectorXd right = design.transpose() * weights.asDiagonal() * target;
  const auto solve = [&](double penalty) {
    MatrixXd penalised = normal;
    penalised.diagonal() += VectorXd::Constant(5, 1);
    penalised.diagonal().head(2).array() += penalty - 1;
    const MatrixXd inverse = penalised.inverse();
    return std::pair<VectorXd, double>(inverse * right, (inverse * normal).trace());
  };
  const auto variance = [&](const VectorXd& solution, double freedom) {
    const double effective = std::pow(weights.sum(), 2) / weights.squaredNorm();
    return weights.dot((target - design * solution).cwiseAbs2()) / weights.sum() * effective /
           (effective - freedom);
  };
  const double squares = (Eigen::Map<const VectorXd>(z.data(), n).array() - mean).square().sum();
  const auto [pilot, pilot_freedom] = solve(1e-4 * squares);
  const auto [solution, freedom] =
      solve(2 * variance(pilot, pilot_freedom) / pilot.head(2).squaredNorm());
  EXPECT_LT((fitted.weights - solution.head(2)).cwiseAbs().maxCoeff(), 1e-9);
  EXPECT_LT((fitted.profile - solution.tail(3)).cwiseAbs().maxCoeff(), 1e-9);
  EXPECT_NEAR(fitted.sigma2, variance(solution, freedom), 1e-9);
}

TEST(LagRegression, WhatIsNotKnownIsNotFittedTo) {
  auto z = process(400, .1);
  const auto places = thirds(z.size());
  std::vector<bool> known(z.size(), true);
  z[399] = 50;
  known[399] = false;
  const LagRegressionOptions options{.lags = {1, 4}, .places = 3};
  const auto with = fit_lag_regression({z, places, known}, options);
  EXPECT_LT(with.sigma2, .05);
  known[399] = true;
  EXPECT_GT(fit_lag_regression({z, places, known}, options).sigma2, 1);
}

TEST(LagRegression, RecentValuesWeighMore) {
  auto z = process(600, .1);
  for (std::size_t t = 400; t < 600; ++t) z[t] += t % 3 == 0 ? 1 : 0;
  const auto equal = fit(z, {.lags = {1, 4}, .places = 3});
  const auto recent = fit(z, {.lags = {1, 4}, .places = 3, .half_life = 50});
  EXPECT_GT(recent.profile[0], equal.profile[0] + .2);
}

TEST(LagRegression, ConstantIsOnlyItsMean) {
  const auto fitted = fit(std::vector<double>(50, 7.0), {.lags = {1, 4}, .places = 3});
  EXPECT_EQ(fitted.mean, 7);
  EXPECT_EQ(fitted.weights.cwiseAbs().sum() + fitted.profile.cwiseAbs().sum(), 0);
  EXPECT_EQ(fitted.sigma2, 0);
}

TEST(LagRegression, APerfectClockStaysFinite) {
  std::vector<double> z;
  for (int t = 0; t < 90; ++t) z.push_back(t % 3);
  const auto fitted = fit(z, {.lags = {1, 2, 3, 6}, .places = 3});
  ASSERT_TRUE(fitted.is_finite());
  EXPECT_NEAR(fitted.next(z, 0), 0, .02);
  EXPECT_LT(fitted.sigma2, 1e-3);
}

TEST(LagRegression, SaysWhenItOverflowed) {
  auto z = process(100, .1);
  for (double& value : z) value *= 1e300;
  EXPECT_FALSE(fit(z, {.lags = {1, 4}, .places = 3}).is_finite());
}

TEST(LagRegression, PsiIsTheResponseToOneError) {
  LagRegression regression{{1, 3}, VectorXd(2), VectorXd::Zero(1), 2, 1};
  regression.weights << .5, .2;
  const VectorXd psi = regression.psi(5);
  std::vector<double> calm(3, 2.0);
  std::vector<double> shaken = calm;
  shaken.push_back(3);
  calm.push_back(2);
  for (Index k = 1; k < 5; ++k) {
    calm.push_back(regression.next(calm, 0));
    shaken.push_back(regression.next(shaken, 0));
    EXPECT_NEAR(psi[k], shaken.back() - calm.back(), 1e-15);
  }
  EXPECT_EQ(psi[0], 1);
  EXPECT_EQ(regression.psi(0).size(), 0);
}

}  // namespace
}  // namespace forecart
