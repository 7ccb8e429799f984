#include "ingest/date_format.h"

#include "table/expect_error.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace forecart {
namespace {

std::string read(std::string_view cell, DateFormat format) {
  const auto stamp = parse_time(cell, format);
  if (!stamp) return "none";
  const std::string civil = format_instant(Instant(stamp->civil.time_since_epoch()), TimeZone{});
  return stamp->offset ? fmt::format("{} {}", civil, stamp->offset->count()) : civil;
}

DateEvidence evidence(std::initializer_list<const char*> cells) {
  DateEvidence result;
  for (const char* cell : cells) result.add(cell);
  return result;
}

TEST(DateFormat, ReadsWhatShopsWrite) {
  EXPECT_EQ(read("04/19/19 08:46", DateFormat::mdy), "2019-04-19 08:46:00");
  EXPECT_EQ(read("1/2/2019", DateFormat::mdy), "2019-01-02 00:00:00");
  EXPECT_EQ(read("12/1/2010 8:26", DateFormat::mdy), "2010-12-01 08:26:00");
  EXPECT_EQ(read("31/12/2019 23:59:59", DateFormat::dmy), "2019-12-31 23:59:59");
  EXPECT_EQ(read("31.12.2019 7:05", DateFormat::dmy), "2019-12-31 07:05:00");
  EXPECT_EQ(read("2019-12-31T23:00:00+01:00", DateFormat::ymd), "2019-12-31 23:00:00 60");
  EXPECT_EQ(read("2019-12-31 23:00:00.25Z", DateFormat::ymd), "2019-12-31 23:00:00 0");
  EXPECT_EQ(read("2019/1/2", DateFormat::ymd), "2019-01-02 00:00:00");
  EXPECT_EQ(read("1/2/2019 12:30 AM", DateFormat::mdy), "2019-01-02 00:30:00");
  EXPECT_EQ(read("1/2/2019 12:30:15pm", DateFormat::mdy), "2019-01-02 12:30:15");
  EXPECT_EQ(read("1546312020", DateFormat::epoch_seconds), "2019-01-01 03:07:00 0");
  EXPECT_EQ(read("1546312020000", DateFormat::epoch_milliseconds), "2019-01-01 03:07:00 0");
}

TEST(DateFormat, YearsOfTwoDigitsFollowPosix) {
  EXPECT_EQ(read("1/1/19", DateFormat::mdy), "2019-01-01 00:00:00");
  EXPECT_EQ(read("1/1/20", DateFormat::mdy), "2020-01-01 00:00:00");
  EXPECT_EQ(read("1/1/68", DateFormat::mdy), "2068-01-01 00:00:00");
  EXPECT_EQ(read("1/1/69", DateFormat::mdy), "1969-01-01 00:00:00");
}

TEST(DateFormat, RefusesWhatIsNoTime) {
  for (const char* cell : {"", "Order Date", "13/13/19", "02/30/19", "1/2", "1/2/3", "1/2/019",
                           "1/2-2019", "1/2/2019 25:00", "1/2/2019 8", "1/2/2019 8:5", "1/2/2019x",
                           "1/2/2019 13:00 PM", "1/2/1677", "1/2/2262", "1/2/20190"}) {
    EXPECT_EQ(read(cell, DateFormat::mdy), "none") << cell;
  }
  EXPECT_EQ(read("12345678", DateFormat::epoch_seconds), "none");
  EXPECT_EQ(read("2019-12-31 23:00+1", DateFormat::ymd), "none");
}

TEST(DateFormat, OneFormatIsDecidedFromTheWholeColumn) {
  EXPECT_EQ(evidence({"01/02/19", "04/19/19"}).decide({}, "c"), DateFormat::mdy);
  EXPECT_EQ(evidence({"01/02/19", "19/04/19"}).decide({}, "c"), DateFormat::dmy);
  EXPECT_EQ(evidence({"01.02.2019", "03.04.2019"}).decide({}, "c"), DateFormat::dmy);
  EXPECT_EQ(evidence({"2019-01-02", "Order Date"}).decide({}, "c"), DateFormat::ymd);
  EXPECT_EQ(evidence({"1546312020", "1546312021"}).decide({}, "c"), DateFormat::epoch_seconds);
  EXPECT_EQ(evidence({"1546312020000"}).decide({}, "c"), DateFormat::epoch_milliseconds);
  EXPECT_EQ(evidence({"01/02/19"}).decide(DateOrder::dmy, "c"), DateFormat::dmy);
  EXPECT_EQ(evidence({"2019-01-02"}).decide(DateOrder::dmy, "c"), DateFormat::ymd);
  EXPECT_EQ(evidence({"01/01/19", "03/03/19"}).decide({}, "c"), DateFormat::mdy);  // either way
}

TEST(DateFormat, AmbiguousColumnsNameTheFlagThatDecides) {
  const auto refuse = [](const DateEvidence& cells, const char* word) {
    expect_error(ErrorCode::bad_data, word, [&] { cells.decide({}, "column 'd' of 'f.csv'"); });
  };
  refuse(evidence({"01/02/19", "03/04/19"}), "--date-order mdy|dmy|ymd");
  refuse(evidence({"01/02/19", "03/04/19"}), "date_order in dataset.toml");
  refuse(evidence({"01/02/19"}), "column 'd' of 'f.csv'");
  refuse(evidence({"12/31/19", "31/12/19"}), "31/12/19");
  refuse(evidence({"Monday", "42"}), "--time-column");
}

TEST(DateFormat, AFewSlipsDoNotTurnAColumn) {
  DateEvidence cells;
  for (int i = 0; i < 200; ++i) cells.add("04/19/19");
  cells.add("19/04/19");
  EXPECT_EQ(cells.decide({}, "c"), DateFormat::mdy);
}

RC_GTEST_PROP(DateFormat, EveryMinuteComesBackInEveryOrder, (std::uint32_t random)) {
  const std::int64_t minutes = std::int64_t{random % 79'000'000} - 10'000'000;  // 1950-2100
  const CivilTime time{std::chrono::minutes(minutes)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  const int y = static_cast<int>(date.year());
  const unsigned m = static_cast<unsigned>(date.month());
  const unsigned d = static_cast<unsigned>(date.day());
  const auto hour = clock.hours().count();
  const auto minute = clock.minutes().count();
  const std::string hm = fmt::format("{}:{:02}", hour, minute);
  const std::string half =
      fmt::format("{}:{:02} {}", (hour + 11) % 12 + 1, minute, hour < 12 ? "am" : "PM");
  const auto same = [&](const std::string& cell, DateFormat format) {
    const auto stamp = parse_time(cell, format);
    return stamp && stamp->civil == time;
  };
  RC_ASSERT(same(fmt::format("{}/{}/{} {}", m, d, y, hm), DateFormat::mdy));
  RC_ASSERT(same(fmt::format("{:02}/{:02}/{} {}", m, d, y, half), DateFormat::mdy));
  RC_ASSERT(same(fmt::format("{:02}.{:02}.{} {}", d, m, y, hm), DateFormat::dmy));
  const std::string iso = format_instant(Instant(time.time_since_epoch()), TimeZone{});
  RC_ASSERT(same(iso, DateFormat::ymd));
  RC_ASSERT(parse_instant(iso, TimeZone{}) ==
            Instant(parse_time(iso, DateFormat::ymd)->civil.time_since_epoch()));
  if (y >= 1969 && y <= 2068) {
    RC_ASSERT(same(fmt::format("{}/{}/{:02} {}", m, d, y % 100, hm), DateFormat::mdy));
  }
}

RC_GTEST_PROP(DateFormat, NoiseIsReadOrRefusedButNeverBreaks, (const std::string& noise)) {
  constexpr std::string_view kSigns = "0123456789/.-: TZ+aPm";
  std::string cell;
  for (const char c : noise) cell += kSigns[static_cast<unsigned char>(c) % kSigns.size()];
  DateEvidence seen;
  seen.add(cell);
  for (const DateFormat format : {DateFormat::mdy, DateFormat::dmy, DateFormat::ymd,
                                  DateFormat::epoch_seconds, DateFormat::epoch_milliseconds}) {
    if (const auto stamp = parse_time(cell, format)) {
      const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(stamp->civil)};
      RC_ASSERT(date.year() >= std::chrono::year(1678) && date.year() < std::chrono::year(2300));
    }
  }
}

}  // namespace
}  // namespace forecart
