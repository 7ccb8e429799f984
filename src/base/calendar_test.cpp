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

TEST(Calendar, SubDailyStepsLieByTheStandardOffsetOfToday) {
  // Colombo kept +06:00 until 2006 and has +05:30 since; Sydney has summer in December.
  const Calendar colombo = calendar("h", "Asia/Colombo");
  EXPECT_EQ(colombo.label(bucket(colombo, "2024-05-01 10:15")), "2024-05-01T10:00:00+05:30");
  const Calendar sydney = calendar("2h", "Australia/Sydney");
  EXPECT_EQ(sydney.label(bucket(sydney, "2024-07-01 11:00")), "2024-07-01T10:00:00+10:00");
}

TEST(Calendar, UntilGoesByTheLabel) {
  const auto last = [](const char* frequency, const char* until) {
    const Calendar grid = calendar(frequency);
    const Instant time = parse_instant(until, grid.zone()).value();
    return grid.label(grid.last_labelled_until(time));
  };
  EXPECT_EQ(last("ME", "2020-06-15"), "2020-05-31");
  EXPECT_EQ(last("ME", "2020-06-30"), "2020-06-30");
  EXPECT_EQ(last("QE", "2020-06-29"), "2020-03-31");
  EXPECT_EQ(last("MS", "2020-06-15"), "2020-06-01");
  EXPECT_EQ(last("h", "2020-06-15 23:00"), "2020-06-15 23:00:00");
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
  const auto is_label = [](const char* frequency, const char* time) {
    const Calendar grid = calendar(frequency);
    return grid.is_label(parse_instant(time, grid.zone()).value(), bucket(grid, time));
  };
  EXPECT_TRUE(is_label("h", "2019-01-01 05:00"));
  EXPECT_FALSE(is_label("h", "2019-01-01 05:30"));
  EXPECT_FALSE(is_label("W-MON", "2019-01-01"));
  EXPECT_TRUE(is_label("ME", "2019-02-28"));
  EXPECT_TRUE(is_label("ME", "2019-02-28 23:59:59"));
  EXPECT_FALSE(is_label("ME", "2019-02-27"));
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
  if (grid.frequency().unit == FrequencyUnit::counter) {
    RC_ASSERT(grid.label(number) == std::to_string(number * grid.frequency().multiple));
    return;
  }
  const Instant label = parse_instant(grid.label(number), grid.zone()).value();
  RC_ASSERT(label == grid.label_time(number));
  RC_ASSERT(grid.bucket(label) == number);
  RC_ASSERT(grid.is_label(label, number));
  RC_ASSERT(grid.last_labelled_until(label) == number);
  RC_ASSERT(grid.last_labelled_until(label - std::chrono::microseconds(1)) == number - 1);
}

}  // namespace
}  // namespace forecart
