#include "series/demand_predictive.h"

#include <gtest/gtest.h>

#include <cmath>

namespace forecart {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

const VectorXd kMean = (VectorXd(3) << 2, 0.5, 8).finished();
const VectorXd kLevelVariance = (VectorXd(3) << 0.05, 0.08, 0.2).finished();
constexpr DemandNoise kNoise{.index = 1.3, .quadratic = 0.1};

class AnyKind : public testing::TestWithParam<DemandKind> {};

TEST_P(AnyKind, DrawsHaveTheMomentsOfEveryStep) {
  const DemandPredictive demand(GetParam(), kMean, kLevelVariance, kNoise);
  Generator generator(7);
  const MatrixXd paths = demand.draw(60000, generator);
  for (int step = 0; step < 3; ++step) {
    const auto row = paths.row(step).array();
    EXPECT_NEAR(row.mean() / kMean[step], 1, 0.02);
    EXPECT_NEAR((row - row.mean()).square().mean() / demand.variance(step), 1, 0.06);
  }
}

TEST_P(AnyKind, QuantilesAgreeWithDraws) {
  const DemandPredictive demand(GetParam(), kMean, kLevelVariance, kNoise);
  Generator generator(8);
  const MatrixXd paths = demand.draw(40000, generator);
  for (int step = 0; step < 3; ++step) {
    double before = demand.quantile(step, 0.01);
    for (const double p : {0.1, 0.5, 0.9, 0.975}) {
      double q = demand.quantile(step, p);
      EXPECT_GE(q, before);
      before = q;
      if (GetParam() == DemandKind::counts) q = std::ceil(q - 0.5);  // of which it is the spread
      const double below = (paths.row(step).array() < q).cast<double>().mean();
      const double upto = (paths.row(step).array() <= q).cast<double>().mean();
      EXPECT_LT(below, p + 0.02) << step;
      EXPECT_GT(upto, p - 0.02) << step;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, AnyKind,
                         testing::Values(DemandKind::counts, DemandKind::positive,
                                         DemandKind::real));

TEST(DemandPredictive, TotalsKnowThatStepsShareTheLevel) {
  const VectorXd mean = VectorXd::Constant(10, 20);
  const DemandPredictive demand(DemandKind::counts, mean, VectorXd::Constant(10, 0.04), {});
  Generator generator(9);
  const Eigen::ArrayXd totals = demand.draw(20000, generator).colwise().sum().array();
  // 10 x 20 Poisson noise and a level with a fifth of deviation: 200 + .04 200^2
  EXPECT_NEAR((totals - totals.mean()).square().mean() / (200 + 0.04 * 200 * 200), 1, 0.06);
}

TEST(DemandPredictive, CountsMayVaryLessThanAPoisson) {
  const DemandPredictive demand(DemandKind::counts, VectorXd::Constant(1, 50), VectorXd::Zero(1),
                                {.index = 0.2});
  Generator generator(9);
  const Eigen::ArrayXd draws = demand.draw(20000, generator).row(0).transpose().array();
  EXPECT_NEAR((draws - draws.mean()).square().mean(), 10, 0.5);
  EXPECT_NEAR(demand.quantile(0, 0.975), 50 + 1.96 * std::sqrt(10.0), 1);
}

TEST(DemandPredictive, ScalesAndShiftsWithItsUnit) {
  const DemandPredictive plain(DemandKind::positive, kMean, kLevelVariance, kNoise);
  const DemandPredictive scaled(DemandKind::positive, kMean, kLevelVariance, kNoise, 4, 3);
  EXPECT_DOUBLE_EQ(scaled.mean(1), 3 + 4 * plain.mean(1));
  EXPECT_DOUBLE_EQ(scaled.quantile(1, 0.9), 3 + 4 * plain.quantile(1, 0.9));
  EXPECT_DOUBLE_EQ(scaled.variance(1), 16 * plain.variance(1));
}

TEST(DemandPredictive, OfNothingIsZero) {
  const DemandPredictive demand(DemandKind::counts, VectorXd::Zero(2), VectorXd::Ones(2), {});
  Generator generator(1);
  EXPECT_EQ(demand.quantile(1, 0.99), 0);
  EXPECT_EQ(demand.draw(5, generator), MatrixXd::Zero(2, 5));
}

}  // namespace
}  // namespace forecart
