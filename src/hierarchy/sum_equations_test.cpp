#include "hierarchy/sum_equations.h"

#include "base/random.h"

#include <Eigen/Cholesky>
#include <gtest/gtest.h>

namespace forecart {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

TEST(SumEquations, FactorsAndGradientsAgreeWithTheDenseMatrix) {
  Generator generator(5);
  std::vector<std::string> ids;
  for (int i = 0; i < 60; ++i) {
    ids.push_back("a=" + std::to_string(i % 7) + "/b=" + std::to_string(i));
  }
  const Hierarchy hierarchy = make_hierarchy(ids, {"total", "a"});
  VectorXd diagonal(8);
  for (double& d : diagonal) d = 0.1 + generator.uniform();
  VectorXd weights(60);
  for (double& w : weights) w = 1e3 * generator.uniform();
  weights.head(5).setZero();
  const MatrixXd right = MatrixXd::Random(8, 3);
  const MatrixXd A(hierarchy.sums);
  const MatrixXd dense = MatrixXd(diagonal.asDiagonal()) + A * weights.asDiagonal() * A.transpose();
  const MatrixXd expected = dense.ldlt().solve(right);
  for (const Eigen::Index most : {Eigen::Index{100}, Eigen::Index{0}}) {
    SumEquations equations(hierarchy.sums, diagonal, most);
    equations.set_weights(VectorXd::Ones(60));
    equations.set_weights(weights);
    EXPECT_TRUE(equations.solve(right).isApprox(expected, 1e-9)) << most;
  }
}

}  // namespace
}  // namespace forecart
