#include "hierarchy/reconciled_predictive.h"

#include "series/derived_predictive.h"

#include <gtest/gtest.h>

#include <cmath>

namespace forecart {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

/// Whole numbers from 0 to 4, each as likely.
PredictivePtr counts() {
  Eigen::MatrixXd errors(1, 101);
  for (Index i = 0; i < errors.cols(); ++i)
    errors(0, i) = std::floor(static_cast<double>(i) / 20.5) - 2;
  return std::make_shared<EmpiricalPredictive>(VectorXd::Constant(1, 2), errors);
}

PredictivePtr normal() {
  return std::make_shared<GaussianPredictive>(VectorXd::Constant(2, 10), VectorXd::Ones(1), 4);
}

TEST(ReconciledPredictive, MovesAndScales) {
  const PredictivePtr moved_one = moved(normal(), {Eigen::Vector2d(12, 13), 0.5, false});
  EXPECT_EQ(moved_one->mean(1), 13);
  EXPECT_NEAR(moved_one->quantile(1, 0.5), 13, 1e-12);
  EXPECT_NEAR(moved_one->quantile(0, 0.9), 12 + 1.2815515655446004, 1e-9);
  Generator generator(1);
  const Eigen::MatrixXd paths = moved_one->draw(4000, generator);
  EXPECT_NEAR(paths.row(1).mean(), 13, 0.1);
  EXPECT_NEAR((paths.row(0).array() - paths.row(0).mean()).square().mean(), 1, 0.1);
}

TEST(ReconciledPredictive, NothingBelowZeroWhereAsked) {
  const PredictivePtr low = moved(normal(), {Eigen::Vector2d(1, 1), 1, true});
  EXPECT_EQ(low->quantile(0, 0.05), 0);
  Generator generator(1);
  EXPECT_EQ(low->draw(500, generator).minCoeff(), 0);
  EXPECT_LT(moved(normal(), {Eigen::Vector2d(1, 1), 1, false})->quantile(0, 0.05), 0);
}

TEST(ReconciledPredictive, NothingSoldStaysNothingSold) {
  const PredictivePtr clamped = clamp_below(normal(), 8);
  const PredictivePtr down = affine(clamped, VectorXd::Ones(2), VectorXd::Constant(2, -8));
  ASSERT_EQ(down->quantile(0, 0.1), 0);
  const PredictivePtr raised = moved(down, {Eigen::Vector2d(3, 3), 1, true});
  EXPECT_EQ(raised->quantile(0, 0.1), 0);
  EXPECT_EQ(raised->mean(0), 3);
  EXPECT_NEAR(raised->quantile(0, 0.9), down->quantile(0, 0.9) + 1, 1e-12);
}

/// A forecast of nothing at all, of which its sums know better.
TEST(ReconciledPredictive, OfNothingHalfStays) {
  const PredictivePtr nothing =
      std::make_shared<EmpiricalPredictive>(VectorXd::Zero(1), Eigen::MatrixXd::Zero(1, 3));
  const PredictivePtr raised = moved(nothing, {VectorXd::Constant(1, 4), 1, true});
  EXPECT_EQ(raised->quantile(0, 0.1), 0);
  EXPECT_EQ(raised->quantile(0, 0.9), 4);
}

TEST(ReconciledPredictive, CountsStayWhole) {
  const PredictivePtr a_little = moved(counts(), {VectorXd::Constant(1, 2.3), 1, true});
  EXPECT_EQ(a_little->mean(0), 2.3);
  EXPECT_EQ(a_little->quantile(0, 0.1), 0);
  EXPECT_EQ(a_little->quantile(0, 0.9), 4);
  const PredictivePtr more = moved(counts(), {VectorXd::Constant(1, 2.8), 1, true});
  EXPECT_EQ(more->quantile(0, 0.1), 0);
  EXPECT_EQ(more->quantile(0, 0.3), 1);
  EXPECT_EQ(more->quantile(0, 0.9), 5);
}

TEST(ReconciledPredictive, QuantilesAreOrdered) {
  for (const double mean : {0.0, 0.4, 1.7, 3.1}) {
    const PredictivePtr one = moved(counts(), {VectorXd::Constant(1, mean), 1.3, true});
    for (double p = 0.02; p < 0.98; p += 0.01) {
      EXPECT_LE(one->quantile(0, p), one->quantile(0, p + 0.01));
    }
  }
}

}  // namespace
}  // namespace forecart
