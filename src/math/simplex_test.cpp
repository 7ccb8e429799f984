#include "math/simplex.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace forecart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

TEST(Simplex, WeighsIndependentErrorsByTheirPrecision) {
  const VectorXd w = simplex_minimum(VectorXd{{1.0, 2.0, 4.0}}.asDiagonal());
  EXPECT_NEAR(w[0], 4.0 / 7, 1e-8);
  EXPECT_NEAR(w[1], 2.0 / 7, 1e-8);
  EXPECT_NEAR(w[2], 1.0 / 7, 1e-8);
}

TEST(Simplex, LeavesOutWhatOnlyRepeatsABetterMember) {
  const MatrixXd c{{1.0, 1.2}, {1.2, 2.0}};
  EXPECT_EQ(simplex_minimum(c), (VectorXd{{1.0, 0.0}}));
}

TEST(Simplex, KeepsEqualWeightsWhereNothingTellsMembersApart) {
  EXPECT_EQ(simplex_minimum(MatrixXd::Zero(4, 4)), VectorXd::Constant(4, .25));
  EXPECT_EQ(simplex_minimum(MatrixXd::Ones(2, 2)), VectorXd::Constant(2, .5));
  EXPECT_EQ(simplex_minimum(MatrixXd::Ones(1, 1)), VectorXd::Ones(1));
}

/// At the minimum no member has a smaller slope than those that carry weight (Karush-Kuhn-Tucker).
RC_GTEST_PROP(Simplex, MeetsTheOptimalityConditions, ()) {
  const auto n = *rc::gen::inRange<Index>(1, 9);
  const auto seed = *rc::gen::inRange<unsigned>(1, 100000);
  std::srand(seed);
  const MatrixXd errors = MatrixXd::Random(40, n) + VectorXd::Random(40).replicate(1, n);
  const MatrixXd c = errors.transpose() * errors / 40;
  const VectorXd w = simplex_minimum(c);
  RC_ASSERT(std::abs(w.sum() - 1) < 1e-12);
  RC_ASSERT(w.minCoeff() >= 0);
  const VectorXd slope = c * w;
  for (Index i = 0; i < n; ++i) {
    if (w[i] > 1e-9) RC_ASSERT(slope[i] <= slope.minCoeff() + 1e-6);
  }
}

}  // namespace
}  // namespace forecart
