#include "base/time.h"

#include "base/error.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

TEST(TimeZone, KnowsOffsetsAndChanges) {
  const TimeZone berlin = TimeZone::named("Europe/Berlin");
  const Instant winter = parse_instant("2019-01-01 12:00", berlin).value();
  EXPECT_EQ(berlin.offset(winter), std::chrono::hours(1));
  EXPECT_EQ(format_instant(winter, berlin), "2019-01-01T12:00:00+01:00");
  EXPECT_EQ(format_instant(winter, TimeZone()), "2019-01-01 11:00:00");
}

TEST(TimeZone, SkippedAndDoubledTimesHaveOneMeaning) {
  const TimeZone berlin = TimeZone::named("Europe/Berlin");
  EXPECT_EQ(parse_instant("2019-03-31 02:30", berlin),
            parse_instant("2019-03-31T03:00+02:00", berlin));
  EXPECT_EQ(parse_instant("2019-10-27 02:30", berlin),
            parse_instant("2019-10-27T02:30+02:00", berlin));
}

TEST(TimeZone, StandardOffsetLeavesOutDaylightSaving) {
  using std::chrono::hours;
  using std::chrono::minutes;
  EXPECT_EQ(TimeZone().standard_offset(), hours(0));
  EXPECT_EQ(TimeZone::named("Europe/Berlin").standard_offset(), hours(1));
  EXPECT_EQ(TimeZone::named("Europe/Dublin").standard_offset(), hours(0));
  EXPECT_EQ(TimeZone::named("Australia/Sydney").standard_offset(), hours(10));
  EXPECT_EQ(TimeZone::named("America/New_York").standard_offset(), -hours(5));
  EXPECT_EQ(TimeZone::named("Asia/Colombo").standard_offset(), hours(5) + minutes(30));
}

TEST(TimeZone, UnknownNameIsAnError) {
  try {
    TimeZone::named("Europe/Atlantis");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unknown_name);
  }
}

TEST(ParseInstant, ReadsIso8601) {
  const TimeZone none;
  const auto expected = parse_instant("2019-12-24 18:30:00", none);
  ASSERT_TRUE(expected);
  for (const auto* text : {"2019-12-24T18:30", "2019-12-24 18:30:00.000", "2019-12-24T18:30:00Z",
                           "2019-12-24T19:30:00+01:00", "2019-12-24T13:30-0500"}) {
    EXPECT_EQ(parse_instant(text, none), expected) << text;
  }
}

TEST(ParseInstant, RefusesTheRest) {
  for (const auto* text :
       {"", "2019", "2019-13-01", "2019-02-29", "2019-01-01x", "2019-01-01 24:00",
        "2019-01-01 12:00+99", "0001-01-01", "2300-01-01", "2019-01-01 12:00 "}) {
    const bool read = parse_instant(text, TimeZone()).has_value();
    EXPECT_EQ(read, std::string(text) == "2019-01-01 12:00 ") << text;
  }
}

}  // namespace
}  // namespace forecart
