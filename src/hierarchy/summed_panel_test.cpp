#include "hierarchy/summed_panel.h"

#include "base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace forecart {
namespace {

using testing::ElementsAre;

Panel panel_of(const std::vector<std::pair<Bucket, std::vector<double>>>& series) {
  Panel panel{Calendar(Frequency::parse("D"), TimeZone())};
  for (std::size_t i = 0; i < series.size(); ++i) {
    panel.add("item=" + std::to_string(i), series[i].first, series[i].second);
  }
  return panel;
}

TEST(SummedPanel, AddsLeavesFromTheFirstOnwards) {
  const Panel panel = with_sums(panel_of({{4, {1, 2, 3}}, {5, {10, 20}}}), {});
  ASSERT_EQ(panel.size(), 3);
  EXPECT_EQ(panel[0].id, "total");
  EXPECT_EQ(panel[0].first, 4);
  EXPECT_THAT(panel[0].values, ElementsAre(1, 12, 23));
  EXPECT_EQ(panel[2].first, 5);
  EXPECT_THAT(panel[2].values, ElementsAre(10, 20));
}

TEST(SummedPanel, IsMissingWhereALeafIs) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Panel panel = with_sums(panel_of({{0, {1, nan}}, {0, {2, 3}}}), {});
  EXPECT_EQ(panel[0].values[0], 3);
  EXPECT_TRUE(std::isnan(panel[0].values[1]));
}

TEST(SummedPanel, ALeafBeginsWithItsFirstKnownValue) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Panel panel = with_sums(
      panel_of({{0, {nan, 1, 2, 3}}, {0, {nan, nan, nan, nan}}, {1, {nan, 10, nan}}, {4, {}}}), {});
  EXPECT_EQ(panel[0].first, 0);
  EXPECT_TRUE(std::isnan(panel[0].values[0])) << "nobody has begun";
  EXPECT_EQ(panel[0].values[1], 1);
  EXPECT_EQ(panel[0].values[2], 12);
  EXPECT_TRUE(std::isnan(panel[0].values[3])) << "a gap of a leaf that has begun";
}

TEST(SummedPanel, OfLeavesOfWhichNothingIsKnownIsUnknown) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Panel panel = with_sums(panel_of({{0, {nan, nan}}, {1, {nan}}}), {});
  EXPECT_EQ(panel[0].first, 0);
  ASSERT_EQ(panel[0].values.size(), 2U);
  EXPECT_TRUE(std::isnan(panel[0].values[0]));
  EXPECT_TRUE(std::isnan(panel[0].values[1]));
}

/// What was known at an origin sums up as it did then.
TEST(SummedPanel, TheFutureChangesNothing) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Panel all = panel_of({{0, {1, 2, 3, 4}}, {0, {nan, nan, 5, 6}}, {0, {nan, 7, nan, 8}}});
  const Panel then = with_sums(all.between(0, 2), {});
  const Panel now = with_sums(all, {}).between(0, 2);
  EXPECT_THAT(std::vector<double>(then[0].values.begin(), then[0].values.end()), ElementsAre(1, 9));
  EXPECT_THAT(std::vector<double>(now[0].values.begin(), now[0].values.end()), ElementsAre(1, 9));
}

TEST(SummedPanel, RefusesALeafThatEndsEarly) {
  try {
    with_sums(panel_of({{0, {1, 2}}, {0, {1}}}), {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_data);
    EXPECT_NE(std::string(error.what()).find("'item=1' ends at 1970-01-01"), std::string::npos);
  }
}

}  // namespace
}  // namespace forecart
