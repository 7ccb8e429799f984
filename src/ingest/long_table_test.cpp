#include "ingest/long_table.h"

#include "table/expect_error.h"
#include "table/scratch_folder.h"
#include "table/shared_data.h"
#include "table/table_file.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

namespace forecart {
namespace {

Panel read(std::string_view csv, const std::string& frequency = "") {
  const ScratchFolder folder;
  return read_long_table(folder.write("long.csv", csv), {frequency, {}});
}

std::string found(std::initializer_list<const char*> times) {
  std::string csv = "ds,y\n";
  for (const char* time : times) csv += std::string(time) + ",1\n";
  return read(csv).calendar().frequency().name();
}

TEST(LongTable, ReadsSeriesInOrderOfAppearance) {
  const Panel panel = read(
      "unique_id,ds,y\nb,2019-01-02,2\na,2019-01-01,1.5\nb,2019-01-01,\n"
      "b,2019-01-04,NA\nb,2019-01-05,4\n");
  EXPECT_EQ(panel.ids(), (std::vector<std::string>{"b", "a"}));
  const auto b = panel[0].values;
  ASSERT_EQ(b.size(), 5U);
  EXPECT_TRUE(std::isnan(b[0]) && std::isnan(b[2]) && std::isnan(b[3]));
  EXPECT_EQ(b[1], 2);
  EXPECT_EQ(panel.calendar().label(panel[0].first), "2019-01-01");
}

TEST(LongTable, KnowsOtherNamesAndASingleSeries) {
  EXPECT_EQ(read("item_id,timestamp,target\nx,2019-01-01,1\nx,2019-01-02,1\n").ids().front(), "x");
  EXPECT_EQ(read("ds,y\n2019-01-01,1\n2019-01-02,1\n").ids().front(), "total");
}

TEST(LongTable, FindsTheFrequency) {
  EXPECT_EQ(found({"2019-01-01 00:00", "2019-01-01 01:00", "2019-01-01 04:00"}), "h");
  EXPECT_EQ(found({"2019-01-01 00:00", "2019-01-01 00:15"}), "15min");
  EXPECT_EQ(found({"2019-01-01 00:30", "2019-01-01 01:00"}), "30min");
  EXPECT_EQ(found({"2019-01-01", "2019-01-02", "2019-01-05"}), "D");
  EXPECT_EQ(found({"2019-01-06", "2019-01-13"}), "W-SUN");
  EXPECT_EQ(found({"2019-01-01", "2019-02-01"}), "MS");
  EXPECT_EQ(found({"2019-01-31", "2019-02-28"}), "ME");
  EXPECT_EQ(found({"2019-01-01", "2019-04-01"}), "QS");
  EXPECT_EQ(found({"2019-02-01", "2019-05-01"}), "MS");
  EXPECT_EQ(found({"2018-01-01", "2019-01-01"}), "YS");
  EXPECT_EQ(found({"1", "2", "5"}), "1");
  EXPECT_EQ(found({"10", "20", "40"}), "10");
  EXPECT_EQ(found({"3", "8"}), "1");
}

TEST(LongTable, AWeekTakesItsWeekdayFromTheData) {
  const char* csv = "ds,y\n2019-01-09,1\n2019-01-16,1\n";  // Wednesdays
  EXPECT_EQ(read(csv, "W").calendar().frequency().name(), "W-WED");
  expect_error(ErrorCode::bad_data, "W-MON", [&] { read(csv, "W-MON"); });
}

TEST(LongTable, RefusesWithLineAndValue) {
  const auto refuse = [](const char* csv, const char* frequency, const char* word) {
    SCOPED_TRACE(csv);
    expect_error(ErrorCode::bad_data, word, [&] { read(csv, frequency); });
  };
  refuse("ds,y\n2019-01-01 00:00,1\n2019-01-01 00:30,1\n", "h", "line 3");
  refuse("ds,y\n2019-01-01 00:00,1\n2019-01-01 00:30,1\n", "h", "00:30");
  refuse("unique_id,ds,y\na,2019-01-01,1\nb,2019-01-01,1\na,2019-01-01,2\n", "D", "lines 2 and 4");
  refuse("ds,y\n2019-01-01,1\nsoon,1\n", "D", "'soon'");
  refuse("ds,y\n2019-01-01,many\n", "D", "'many'");
  refuse("ds,y\n2019-01-01,1,2\n", "D", "line 2");
  refuse("ds,y\n2019-01-01,1\n", "", "--freq");
  refuse("ds,y\n", "D", "no rows");
  refuse("date,sales\n2019-01-01,1\n", "D", "--orders");
  refuse("unique_id,ds,y\n,2019-01-01,1\n", "D", "without unique_id");
  refuse("ds,y\n2019-01-01,1\n", "1", "whole numbers");
  refuse("ds,y\n0,1\n900000000000,1\n", "1", "is the frequency");
  refuse("ds,y\n0,1\n4294967296,1\n", "", "is the frequency");
  refuse("ds,y\n-9223372036854775808,1\n9223372036854775807,1\n", "", "2^53");
  refuse("ds,y\n1700-01-01 00:00:00,1\n2200-01-01 00:00:07,1\n", "", "is the frequency");
}

TEST(LongTable, CountsTheValuesOfAllSeries) {
  const ScratchFolder folder;
  const auto path = folder.write("a.csv", "unique_id,ds,y\na,0,1\na,5,1\nb,0,1\nb,5,1\n");
  EXPECT_EQ(read_long_table(path, {"1", TimeZone(), 12}).size(), 2);
  expect_error(ErrorCode::bad_data, "'b'", [&] {
    static_cast<void>(read_long_table(path, {"1", TimeZone(), 11}));
  });
}

TEST(LongTable, ZonesMakeHoursAbsolute) {
  const ScratchFolder folder;
  const auto path = folder.write("a.csv", "ds,y\n2019-03-31 01:00,1\n2019-03-31 03:00,2\n");
  const Panel panel = read_long_table(path, {"h", TimeZone::named("Europe/Berlin")});
  EXPECT_EQ(panel[0].values.size(), 2U);
}

RC_GTEST_PROP(LongTable, WhatIsWrittenIsReadBack, (const std::vector<std::int32_t>& numbers)) {
  RC_PRE(numbers.size() >= 2);
  const Calendar calendar(Frequency::parse("h"), TimeZone{});
  std::vector<std::string> labels;
  std::vector<double> y;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    labels.push_back(calendar.label(400000 + static_cast<Bucket>(i)));
    y.push_back(numbers[i] % 5 == 0 ? std::numeric_limits<double>::quiet_NaN() : numbers[i] / 7.0);
  }
  const ScratchFolder folder;
  for (const char* name : {"a.csv", "a.parquet"}) {
    write_table(Table({{"ds", labels}, {"y", y}}), folder / name);
    const Panel panel = read_long_table(folder / name);
    RC_ASSERT(panel.calendar() == calendar);
    RC_ASSERT(panel[0].values.size() == y.size());
    for (std::size_t i = 0; i < y.size(); ++i) {
      RC_ASSERT(panel[0].values[i] == y[i] || (std::isnan(y[i]) && std::isnan(panel[0].values[i])));
    }
  }
}

// Expected numbers: README of the shared data.
TEST(LongTable, ReadsTheM4Tables) {
  const auto hourly = shared_data("long/m4_hourly_train.csv.zst");
  if (hourly.empty()) GTEST_SKIP() << "the real tables are not here (FORECART_SHARED)";
  const Panel panel = read_long_table(hourly);
  EXPECT_EQ(panel.size(), 414);
  EXPECT_EQ(panel.calendar().frequency().name(), "h");
  std::size_t count = 0;
  for (Eigen::Index i = 0; i < panel.size(); ++i) count += panel[i].values.size();
  EXPECT_EQ(count, 353500U);
  const Panel weekly = read_long_table(shared_data("long/m4_weekly_train.csv.zst"), {"W", {}});
  EXPECT_EQ(weekly.calendar().frequency().name(), "W-MON");
  EXPECT_EQ(weekly.size(), 359);
}

}  // namespace
}  // namespace forecart
