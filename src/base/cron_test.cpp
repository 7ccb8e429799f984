#include "base/cron.h"

#include "base/error.h"

#include <gtest/gtest.h>

#include <string>

namespace forecart {
namespace {

/// The first firings after a civil time, as they are written in the zone.
std::string firings(const std::string& schedule, const std::string& zone_name,
                    const std::string& after, int count) {
  const TimeZone zone = TimeZone::named(zone_name);
  const CronSchedule cron = CronSchedule::parse(schedule);
  Instant at = parse_instant(after, zone).value();
  std::string told;
  for (int i = 0; i < count; ++i) {
    at = cron.next(at, zone).value();
    told += (i > 0 ? " " : "") + format_instant(at, zone);
  }
  return told;
}

TEST(Cron, EveryMorning) {
  EXPECT_EQ(firings("0 6 * * *", "Europe/Berlin", "2026-01-01T06:00", 2),
            "2026-01-02T06:00:00+01:00 2026-01-03T06:00:00+01:00");
}

TEST(Cron, ListsRangesStepsAndNames) {
  EXPECT_EQ(firings("*/20 8-9 * * mon,WED", "none", "2026-01-05 08:10", 5),
            "2026-01-05 08:20:00 2026-01-05 08:40:00 2026-01-05 09:00:00 2026-01-05 09:20:00 "
            "2026-01-05 09:40:00");
  EXPECT_EQ(firings("5/30 12 1 JAN-feb *", "none", "2026-01-01 12:05", 2),
            "2026-01-01 12:35:00 2026-02-01 12:05:00");
  EXPECT_EQ(firings("0 0 * * 7", "none", "2026-01-01", 1), "2026-01-04 00:00:00");
  EXPECT_EQ(firings("0 0 * * 5-7", "none", "2026-01-01", 3),
            "2026-01-02 00:00:00 2026-01-03 00:00:00 2026-01-04 00:00:00");
}

TEST(Cron, EitherKindOfDayWhereBothAreLimited) {
  EXPECT_EQ(firings("0 0 13 * FRI", "none", "2026-01-08", 3),
            "2026-01-09 00:00:00 2026-01-13 00:00:00 2026-01-16 00:00:00");
}

TEST(Cron, LeapDays) {
  EXPECT_EQ(firings("0 0 29 2 *", "none", "2096-03-01", 1), "2104-02-29 00:00:00");
}

TEST(Cron, SkippedTimesFireAtTheChangeOnce) {
  EXPECT_EQ(firings("*/30 2 * * *", "Europe/Berlin", "2026-03-28T12:00", 3),
            "2026-03-29T03:00:00+02:00 2026-03-30T02:00:00+02:00 2026-03-30T02:30:00+02:00");
  EXPECT_EQ(firings("30 2 * * *", "America/New_York", "2026-03-07T12:00", 2),
            "2026-03-08T03:00:00-04:00 2026-03-09T02:30:00-04:00");
  EXPECT_EQ(firings("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00", 2),
            "2026-10-04T02:30:00+11:00 2026-10-05T02:15:00+11:00");
}

TEST(Cron, RepeatedTimesFireOnce) {
  EXPECT_EQ(firings("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00", 2),
            "2026-10-25T02:30:00+02:00 2026-10-26T02:30:00+01:00");
  EXPECT_EQ(firings("0 * * * *", "America/New_York", "2026-11-01T00:00", 2),
            "2026-11-01T01:00:00-04:00 2026-11-01T02:00:00-05:00");
  EXPECT_EQ(firings("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T12:00", 2),
            "2026-04-05T01:45:00+11:00 2026-04-06T01:45:00+10:30");
}

TEST(Cron, AFiringInTheSecondPassOfAnHourIsNotRepeated) {
  const TimeZone zone = TimeZone::named("Europe/Berlin");
  const Instant second_pass = parse_instant("2026-10-25T02:40:00+01:00", zone).value();
  const auto next = CronSchedule::parse("*/30 2,3 * * *").next(second_pass, zone);
  EXPECT_EQ(format_instant(next.value(), zone), "2026-10-25T03:00:00+01:00");
}

TEST(Cron, WhatIsNoScheduleIsRefused) {
  for (const char* text :
       {"", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *",
        "* * * * 8", "*/0 * * * *", "5-1 * * * *", "1,, * * * *", "* * * FOO *", "1-2-3 * * * *",
        "0 0 30 2 *", "@daily", "-1 * * * *", "1/2/3 * * * *"}) {
    EXPECT_THROW(CronSchedule::parse(text), Error) << text;
  }
}

}  // namespace
}  // namespace forecart
