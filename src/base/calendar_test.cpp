#include "base/calendar.h"

#include "base/error.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace forecart {
namespace {

Calendar calendar(const std::string& frequency, const std::string& zone = "none") {
  return {Frequency::parse(frequency), TimeZone::named(zone)};
}

Bucket bucket(const Calendar& calendar, const std::string& time) {
  return calendar.bucket(parse_instant(time, calendar.zone()).value());
}

TEST(Calendar, LabelsAreTheStartsOfBuckets) {
  const Calendar hourly = calendar("h");
  EXPECT_EQ(hourly.label(bucket(hourly, "2019-12-31 23:59:59")), "2019-12-31 23:00:00");
  const Calendar weekly = calendar("W-SUN");
  EXPECT_EQ(weekly.label(bucket(weekly, "2019-12-31")), "2019-12-29");
  const Calendar monthly = calendar("MS");
  EXPECT_EQ(monthly.label(bucket(monthly, "1969-12-31")), "1969-12-01");
  const Calendar month_end = calendar("ME");
  EXPECT_EQ(month_end.label(bucket(month_end, "2020-02-03")), "2020-02-29");
  EXPECT_EQ(calendar("5").label(4), "20");
}

TEST(Calendar, ClockChangeLeavesSubDailyStepsEqualAndDaysCivil) {
  const Calendar hourly = calendar("h", "Europe/Berlin");
  const Bucket midnight = bucket(hourly, "2019-03-31 00:00");
  EXPECT_EQ(hourly.label(midnight + 1), "2019-03-31T01:00:00+01:00");
  EXPECT_EQ(hourly.label(midnight + 2), "2019-03-31T03:00:00+02:00");
  const Calendar daily = calendar("D", "Europe/Berlin");
  const Bucket day = bucket(daily, "2019-03-31 12:00");
  EXPECT_EQ(daily.start(day + 1) - daily.start(day), std::chrono::hours(23));
  const Bucket autumn = bucket(daily, "2019-10-27 12:00");
  EXPECT_EQ(daily.start(autumn + 1) - daily.start(autumn), std::chrono::hours(25));
}

TEST(Calendar, SubDailyStepsFollowTheCivilHourOfHalfHourZones) {
  const Calendar hourly = calendar("h", "Asia/Kolkata");
  EXPECT_EQ(hourly.label(bucket(hourly, "2019-05-01 10:15")), "2019-05-01T10:00:00+05:30");
}

TEST(Calendar, SeasonPositionIsTheCivilHour) {
  const Calendar hourly = calendar("h", "Europe/Berlin");
  EXPECT_EQ(hourly.season_position(bucket(hourly, "2019-01-15 18:00"), 24), 18);
  EXPECT_EQ(hourly.season_position(bucket(hourly, "2019-07-15 18:00"), 24), 18);
  EXPECT_EQ(calendar("MS").season_position(bucket(calendar("MS"), "2019-03-01"), 12), 2);
}

TEST(Calendar, HoldsBucketsThatCanBeALabel) {
  for (const char* frequency : {"s", "h", "D", "W-MON", "ME", "QS", "500YS", "1", "1000000000"}) {
    SCOPED_TRACE(frequency);
    const Calendar any = calendar(frequency);
    Bucket last = INT64_MAX;
    while (!any.holds(last)) last /= 2;
    EXPECT_TRUE(any.holds(-last));
    EXPECT_EQ(any.bucket(any.start(last)), last);
    EXPECT_EQ(any.bucket(any.start(-last)), -last);
    EXPECT_FALSE(any.holds(INT64_MAX));
    EXPECT_FALSE(any.holds(INT64_MIN));
  }
}

TEST(Calendar, LabelsOffTheGridAreRefused) {
  Bucket result = 0;
  EXPECT_TRUE(calendar("h").parse_label("2019-01-01 05:00", result));
  EXPECT_FALSE(calendar("h").parse_label("2019-01-01 05:30", result));
  EXPECT_FALSE(calendar("W-MON").parse_label("2019-01-01", result));
  EXPECT_TRUE(calendar("ME").parse_label("2019-02-28", result));
  EXPECT_FALSE(calendar("ME").parse_label("2019-02-27", result));
  EXPECT_FALSE(calendar("1").parse_label("x", result));
}

RC_GTEST_PROP(Calendar, StartAndBucketAreInverse, ()) {
  const auto* const frequency = *rc::gen::element("15min", "h", "2h", "D", "3D", "W-MON", "2W-SAT",
                                                  "MS", "ME", "QS", "YE", "7");
  const auto* const zone =
      *rc::gen::element("none", "Europe/Berlin", "America/New_York", "Asia/Kolkata");
  const Calendar grid = calendar(frequency, zone);
  const auto low = grid.bucket(parse_instant("1900-01-01", grid.zone()).value());
  const auto high = grid.bucket(parse_instant("2100-01-01", grid.zone()).value());
  const Bucket number = *rc::gen::inRange<Bucket>(low, high);
  RC_ASSERT(grid.bucket(grid.start(number)) == number);
  RC_ASSERT(grid.bucket(grid.start(number + 1) - std::chrono::microseconds(1)) == number);
  Bucket read = 0;
  RC_ASSERT(grid.parse_label(grid.label(number), read));
  RC_ASSERT(read == number);
}

}  // namespace
}  // namespace forecart
