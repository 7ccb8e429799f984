#include "series/derived_predictive.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

using Eigen::Vector2d;
using Eigen::VectorXd;

PredictivePtr gaussian() {
  return std::make_shared<GaussianPredictive>(VectorXd(Vector2d(1, 2)), Vector2d(1, .5), 4);
}

TEST(Affine, ScalesAndShiftsEverything) {
  const PredictivePtr moved = affine(gaussian(), Vector2d(2, 0), Vector2d(10, 7));
  EXPECT_EQ(moved->mean(0), 12);
  EXPECT_EQ(moved->mean(1), 7);
  EXPECT_DOUBLE_EQ(moved->quantile(0, .9), 10 + 2 * gaussian()->quantile(0, .9));
  Generator one(3);
  Generator same(3);
  const Eigen::MatrixXd inner = gaussian()->draw(5, one);
  const Eigen::MatrixXd outer = moved->draw(5, same);
  EXPECT_DOUBLE_EQ(outer(0, 4), 10 + 2 * inner(0, 4));
  EXPECT_DOUBLE_EQ(outer(1, 4), 7);
}

TEST(WithMeans, ChangesNothingElse) {
  const PredictivePtr other = with_means(gaussian(), Vector2d(5, 6));
  EXPECT_EQ(other->mean(1), 6);
  EXPECT_EQ(other->horizon(), 2);
  EXPECT_EQ(other->quantile(1, .3), gaussian()->quantile(1, .3));
}

}  // namespace
}  // namespace forecart
