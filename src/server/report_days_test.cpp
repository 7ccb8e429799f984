#include "server/report_days.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

// The same values as in web/src/format and web/src/pages/overview: what differs there is not found.

TEST(ReportDays, LastDaysEndWithTheLastWholeOne) {
  const ReportDays early = last_days("2020-01-01T05:13:00-05:00", 28);
  EXPECT_EQ(early.from, "2019-12-04");
  EXPECT_EQ(early.to, "2020-01-01");
  const ReportDays late = last_days("2019-12-31T20:00:00-05:00", 7);
  EXPECT_EQ(late.from, "2019-12-25");
  EXPECT_EQ(late.to, "2020-01-01");
  EXPECT_EQ(add_days("2020-03-01", -1), "2020-02-29");
}

TEST(ReportDays, HistoryIsSomeHorizonsAndEnoughToSeeASeason) {
  EXPECT_EQ(history_days("day", 14), 84);
  EXPECT_EQ(history_days("day", 28), 140);
  EXPECT_EQ(history_days("hour", 24), 7);
  EXPECT_EQ(history_days("hour", 168), 35);
  EXPECT_EQ(history_days("hour", 37), 8);
  EXPECT_EQ(history_days("month", 12), 730);
  EXPECT_EQ(grain_of("W-MON"), "week");
  EXPECT_EQ(grain_of("15min"), "");
}

}  // namespace
}  // namespace forecart
