#include "ingest/panel_edge.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

Instant at(const char* time) {
  return *parse_instant(time, TimeZone{});
}

/// Days from 2019-01-01 on, each with sales between the two clock times.
std::vector<BucketExtent> days(int count, const char* first, const char* last) {
  const Calendar calendar(Frequency::parse("D"), TimeZone{});
  std::vector<BucketExtent> result;
  for (int day = 0; day < count; ++day) {
    const auto shift = std::chrono::days(day);
    const Instant from = at((std::string("2019-01-01 ") + first).c_str()) + shift;
    const Instant to = at((std::string("2019-01-01 ") + last).c_str()) + shift;
    result.push_back({calendar.bucket(from), from, to, 5});
  }
  return result;
}

const Calendar kDaily(Frequency::parse("D"), TimeZone{});

TEST(PanelEdge, ADayThatEndsAsOthersDoIsWhole) {
  auto extents = days(30, "08:00", "20:00");
  EXPECT_FALSE(is_last_truncated(extents, kDaily) || is_first_truncated(extents, kDaily));
  extents.back().last -= std::chrono::hours(6);
  EXPECT_TRUE(is_last_truncated(extents, kDaily));
  extents.front().first += std::chrono::hours(3);
  EXPECT_TRUE(is_first_truncated(extents, kDaily));
}

TEST(PanelEdge, ATrifleIsNoTruncation) {
  auto extents = days(30, "00:00", "23:59");
  extents.back().last -= std::chrono::minutes(60);  // 4 % of the day, and no other day ends so
  EXPECT_FALSE(is_last_truncated(extents, kDaily));
}

TEST(PanelEdge, FewBucketsAreJudgedByTheirOwnShare) {
  EXPECT_TRUE(is_last_truncated(days(2, "00:10", "20:00"), kDaily));
  EXPECT_FALSE(is_last_truncated(days(2, "00:10", "23:00"), kDaily));
  EXPECT_TRUE(is_first_truncated(days(1, "05:00", "23:00"), kDaily));
}

TEST(PanelEdge, TheResolutionIsThatOfTheData) {
  EXPECT_EQ(time_resolution(days(3, "00:00", "00:00"), kDaily),
            std::chrono::microseconds(std::chrono::days(1)));
  EXPECT_EQ(time_resolution(days(3, "08:00", "20:00"), kDaily),
            std::chrono::microseconds(std::chrono::hours(1)));
  EXPECT_EQ(time_resolution(days(3, "08:00", "20:07"), kDaily),
            std::chrono::microseconds(std::chrono::minutes(1)));
}

}  // namespace
}  // namespace forecart
