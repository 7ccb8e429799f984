#include "evaluation/metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace forecart {
namespace {

// By hand: errors -1, 2, 0; interval of 80 % is mean +- 1.
std::vector<ScoredPoint> three_points() {
  return {{10, 11, {10}, {12}}, {20, 18, {17}, {19}}, {0, 0, {-1}, {1}}};
}

TEST(Score, FollowsTheDefinitions) {
  const Metrics m = score(three_points(), {80}, {2, 4});
  EXPECT_DOUBLE_EQ(m.mae, 1);
  EXPECT_DOUBLE_EQ(m.mse, 5.0 / 3);
  EXPECT_DOUBLE_EQ(m.rmse, std::sqrt(5.0 / 3));
  EXPECT_DOUBLE_EQ(m.smape, (200.0 / 21 + 400.0 / 38) / 3);
  EXPECT_DOUBLE_EQ(m.mase, 0.5);
  EXPECT_DOUBLE_EQ(m.rmsse, std::sqrt(5.0 / 12));
  EXPECT_DOUBLE_EQ(m.wape, 0.1);
  EXPECT_NEAR(m.bias, -1.0 / 3, 1e-15);
  EXPECT_DOUBLE_EQ(m.coverage[0], 2.0 / 3);
  EXPECT_DOUBLE_EQ(m.mape, (100.0 / 10 + 200.0 / 20) / 2) << "where y is not 0";
  // width 2 each; 20 lies 1 above 19, which costs 2 / .2; over the scale of 2
  EXPECT_DOUBLE_EQ(m.msis[0], (2 + 12 + 2) / 3.0 / 2);
  EXPECT_NEAR(m.quantile_loss, (0.2 + 1.2 + 0.2) / 2 / 3, 1e-15);
  // losses at 0.1 and 0.9: (0, .2), (.3, .9), (.1, .1), halved, over 3, over the scale of 2
  EXPECT_NEAR(m.crps, (0.2 + 1.2 + 0.2) / 2 / 3 / 2, 1e-15);
}

TEST(Score, WithoutAScaleScaledMetricsAreUndefined) {
  const Metrics m = score(three_points(), {80}, {0, 0});
  EXPECT_TRUE(std::isnan(m.mase));
  EXPECT_TRUE(std::isnan(m.rmsse));
  EXPECT_TRUE(std::isnan(m.crps));
  EXPECT_TRUE(std::isnan(m.msis[0]));
  EXPECT_FALSE(std::isnan(m.quantile_loss));
}

TEST(Score, OfNothingSoldHasNoPercentages) {
  const Metrics m = score(std::vector<ScoredPoint>{{0, 1, {}, {}}}, {}, {1, 1});
  EXPECT_TRUE(std::isnan(m.mape));
  EXPECT_TRUE(std::isnan(m.wape));
  EXPECT_DOUBLE_EQ(m.smape, 200);
}

TEST(RecentVolume, IsOverWholeSeasonsOfAtLeast28Values) {
  std::vector<double> y(100, 1.0);
  EXPECT_DOUBLE_EQ(recent_volume(y, 7), 28);
  EXPECT_DOUBLE_EQ(recent_volume(y, 24), 48);
  EXPECT_DOUBLE_EQ(recent_volume(y, 1), 28);
  EXPECT_DOUBLE_EQ(recent_volume(y, 365), 100);
  y.back() = std::numeric_limits<double>::quiet_NaN();
  y[98] = -3;
  EXPECT_DOUBLE_EQ(recent_volume(y, 7), 26 + 3);
}

TEST(WeightedMean, LeavesOutWhatIsUndefined) {
  const double missing = std::numeric_limits<double>::quiet_NaN();
  EXPECT_DOUBLE_EQ(weighted_mean(std::vector<double>{1, 4, missing}, std::vector<double>{2, 1, 9}),
                   2);
  EXPECT_TRUE(std::isnan(weighted_mean(std::vector<double>{1}, std::vector<double>{0})));
}

TEST(OwaAgainst, IsTheMeanOfBothRatios) {
  Metrics naive2;
  naive2.smape = 20;
  naive2.mase = 2;
  Metrics own;
  own.smape = 10;
  own.mase = 3;
  EXPECT_DOUBLE_EQ(owa_against(naive2, own), (0.5 + 1.5) / 2);
  EXPECT_DOUBLE_EQ(owa_against(naive2, naive2), 1);
  EXPECT_TRUE(std::isnan(owa_against({}, own))) << "it made no error";
}

TEST(InSampleScale, IsTheSeasonalNaiveErrorOfTheTrainingPart) {
  const double missing = std::numeric_limits<double>::quiet_NaN();
  const Scale scale = in_sample_scale(std::vector<double>{0, 0, 1, 2, 4, missing, 5}, 2);
  EXPECT_DOUBLE_EQ(scale.mae, (1 + 2 + 3 + 1) / 4.0);
  EXPECT_DOUBLE_EQ(scale.mse, (1 + 4) / 2.0) << "from the first sale on";
}

TEST(MeanOverSeries, LeavesOutWhatIsUndefined) {
  const std::vector<Metrics> series{score(three_points(), {80}, {2, 4}),
                                    score(three_points(), {80}, {0, 0})};
  const Metrics m = mean_over_series(series);
  EXPECT_DOUBLE_EQ(m.mase, 0.5);
  EXPECT_DOUBLE_EQ(m.mae, 1);
  EXPECT_DOUBLE_EQ(m.coverage[0], 2.0 / 3);
}

}  // namespace
}  // namespace forecart
