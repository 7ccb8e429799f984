#include "math/nelder_mead.h"

#include <gtest/gtest.h>

#include <cmath>

namespace forecart {
namespace {

using Eigen::VectorXd;

TEST(NelderMead, FindsTheValleyOfRosenbrock) {
  const auto rosenbrock = [](const VectorXd& x) {
    return 100 * std::pow(x[1] - x[0] * x[0], 2) + std::pow(1 - x[0], 2);
  };
  VectorXd start(2);
  start << -1.2, 1;
  const auto result = minimize_nelder_mead(rosenbrock, start, {.tolerance = 1e-14});
  EXPECT_NEAR(result.x[0], 1, 1e-4);
  EXPECT_NEAR(result.x[1], 1, 1e-4);
  EXPECT_LT(result.evaluations, 500);
}

TEST(NelderMead, TakesKinksAndPlacesWithoutAValue) {
  const auto function = [](const VectorXd& x) {
    return x[0] > 2 ? std::nan("") : std::abs(x[0] - 1.5) + std::abs(x[1] + 1);
  };
  const auto result = minimize_nelder_mead(function, VectorXd::Zero(2));
  EXPECT_NEAR(result.x[0], 1.5, 1e-3);
  EXPECT_NEAR(result.x[1], -1, 1e-3);
}

TEST(NelderMead, StopsInTime) {
  int calls = 0;
  const auto slope = [&calls](const VectorXd& x) {
    ++calls;
    return -x.sum();
  };
  const auto result = minimize_nelder_mead(slope, VectorXd::Zero(3), {.max_evaluations = 40});
  EXPECT_LE(calls, 44);
  EXPECT_EQ(calls, result.evaluations);
}

}  // namespace
}  // namespace forecart
