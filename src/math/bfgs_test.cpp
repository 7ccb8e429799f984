#include "math/bfgs.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace forecart {
namespace {

using Eigen::Vector2d;
using Eigen::VectorXd;

TEST(Bfgs, FindsTheMinimumOfRosenbrocksValley) {
  const Objective valley = [](const VectorXd& x, VectorXd* gradient) {
    const double a = 1 - x[0];
    const double b = x[1] - x[0] * x[0];
    if (gradient != nullptr) *gradient = Vector2d(-2 * a - 400 * x[0] * b, 200 * b);
    return a * a + 100 * b * b;
  };
  const BfgsResult result = minimize_bfgs(valley, Vector2d(-1.2, 1), {.tolerance = 1e-14});
  EXPECT_TRUE(result.converged);
  EXPECT_NEAR(result.x[0], 1, 1e-6);
  EXPECT_NEAR(result.x[1], 1, 1e-6);
  EXPECT_LT(result.iterations, 60);
}

TEST(Bfgs, KeepsOutOfWhatIsNotAllowed) {
  const Objective log_barrier = [](const VectorXd& x, VectorXd* gradient) {
    if (x[0] <= 0) return std::numeric_limits<double>::infinity();
    if (gradient != nullptr) (*gradient)[0] = 1 - 0.01 / x[0];
    return x[0] - 0.01 * std::log(x[0]);
  };
  const BfgsResult result = minimize_bfgs(log_barrier, VectorXd::Constant(1, 3.0));
  EXPECT_NEAR(result.x[0], 0.01, 1e-4);
}

TEST(Bfgs, LearnsTheCurvatureOfAParabola) {
  const Objective parabola = [](const VectorXd& x, VectorXd* gradient) {
    if (gradient != nullptr) *gradient = Vector2d(10 * x[0] + x[1], x[0] + 2 * x[1]);
    return 5 * x[0] * x[0] + x[0] * x[1] + x[1] * x[1];
  };
  const BfgsResult result = minimize_bfgs(parabola, Vector2d(3, -4), {.tolerance = 1e-16});
  EXPECT_NEAR(result.inverse_hessian(0, 0), 2.0 / 19, 1e-3);
  EXPECT_NEAR(result.inverse_hessian(1, 1), 10.0 / 19, 1e-3);
}

TEST(Bfgs, StopsAtTheIterationLimitAndSaysSo) {
  const Objective slope = [](const VectorXd& x, VectorXd* gradient) {
    if (gradient != nullptr) (*gradient)[0] = -1;
    return -x[0];
  };
  const BfgsResult result = minimize_bfgs(slope, VectorXd::Zero(1), {.max_iterations = 5});
  EXPECT_FALSE(result.converged);
  EXPECT_EQ(result.iterations, 5);
}

}  // namespace
}  // namespace forecart
