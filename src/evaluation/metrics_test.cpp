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
  // losses at 0.1 and 0.9: (0, .2), (.3, .9), (.1, .1), halved, over 3, over the scale of 2
  EXPECT_NEAR(m.crps, (0.2 + 1.2 + 0.2) / 2 / 3 / 2, 1e-15);
}

TEST(Score, WithoutAScaleScaledMetricsAreUndefined) {
  const Metrics m = score(three_points(), {80}, {0, 0});
  EXPECT_TRUE(std::isnan(m.mase));
  EXPECT_TRUE(std::isnan(m.rmsse));
  EXPECT_TRUE(std::isnan(m.crps));
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
