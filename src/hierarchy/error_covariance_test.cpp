#include "hierarchy/error_covariance.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <limits>

namespace forecart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

const double kNan = std::numeric_limits<double>::quiet_NaN();

Hierarchy three() {
  return make_hierarchy({"item=a", "item=b"}, {});
}

MatrixXd noise(Index nodes, Index points) {
  Generator generator(3);
  MatrixXd errors(nodes, points);
  for (double& e : errors.reshaped()) e = generator.normal();
  return errors;
}

TEST(ErrorCovariance, CountsLeaves) {
  EXPECT_EQ(structural_errors(three()).diagonal, Eigen::Vector3d(2, 1, 1));
  EXPECT_EQ(equal_errors(three()).diagonal, Eigen::Vector3d(1, 1, 1));
}

TEST(ErrorCovariance, MeansWhatIsKnownAndFillsTheRestByLeaves) {
  MatrixXd errors(3, 2);
  errors << 4, kNan, 1, 3, kNan, kNan;
  // Per leaf 16 / 2 and 5: the median of them, 6.5, for the third.
  const ErrorCovariance covariance = error_variances(three(), errors);
  EXPECT_TRUE(covariance.is_diagonal());
  EXPECT_TRUE(covariance.diagonal.isApprox(Eigen::Vector3d(16, 5, 6.5)));
}

TEST(ErrorCovariance, NoErrorsAtAllAreEqualOnes) {
  EXPECT_EQ(error_variances(three(), MatrixXd::Zero(3, 4)).diagonal, Eigen::Vector3d(1, 1, 1));
  const ErrorCovariance one = shrunk_errors(three(), MatrixXd::Ones(3, 1));
  EXPECT_TRUE(one.is_diagonal());
}

/// The n x n formulas beside those by points.
TEST(ErrorCovariance, ShrinksAsTheDenseFormulaDoes) {
  const MatrixXd errors = noise(3, 9) + MatrixXd::Ones(3, 1) * noise(1, 9);
  const double T = 9;
  const MatrixXd V = errors * errors.transpose() / T;
  const MatrixXd scaled = V.diagonal().cwiseSqrt().cwiseInverse().asDiagonal() * errors;
  double variance = 0;
  double squares = 0;
  for (Index i = 0; i < 3; ++i) {
    for (Index j = 0; j < 3; ++j) {
      if (i == j) continue;
      const Eigen::ArrayXd products = scaled.row(i).array() * scaled.row(j).array();
      variance += (products - products.mean()).square().sum() * T / (T * T * (T - 1));
      squares += products.mean() * products.mean();
    }
  }
  const double lambda = variance / squares;
  ASSERT_GT(lambda, 0.02);
  ASSERT_LT(lambda, 0.98);
  EXPECT_NEAR(shrinkage_intensity(scaled), lambda, 1e-12);
  const ErrorCovariance shrunk = shrunk_errors(three(), errors);
  const MatrixXd W =
      MatrixXd(shrunk.diagonal.asDiagonal()) + shrunk.factor * shrunk.factor.transpose();
  const MatrixXd expected = lambda * MatrixXd(V.diagonal().asDiagonal()) + (1 - lambda) * V;
  EXPECT_TRUE(W.isApprox(expected, 1e-12));
}

TEST(ErrorCovariance, IntensityIsAShare) {
  EXPECT_EQ(shrinkage_intensity(MatrixXd::Zero(3, 5)), 1);
  EXPECT_GT(shrinkage_intensity(noise(40, 6)), 0.8);
  EXPECT_LT(shrinkage_intensity(MatrixXd::Ones(4, 6)), 1e-12);
}

}  // namespace
}  // namespace forecart
