#include "ingest/holiday_table.h"

#include "table/expect_error.h"
#include "table/scratch_folder.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

std::vector<HolidaySpan> read(std::string_view csv) {
  const ScratchFolder folder;
  return read_holidays(folder.write("holidays.csv", csv));
}

/// Labels of the buckets, of those in [from, to) by label, that a holiday's column marks.
std::vector<std::string> marked(std::string_view csv, const Calendar& calendar, const char* from,
                                const char* to) {
  Covariates covariates;
  const Bucket first = calendar.bucket(*parse_instant(from, calendar.zone()));
  const Bucket end = calendar.bucket(*parse_instant(to, calendar.zone()));
  add_holidays(read(csv), calendar, first, end, covariates);
  std::vector<std::string> result;
  for (Bucket bucket = first; bucket < end; ++bucket) {
    const double value = covariates.values(bucket - first, 0);
    EXPECT_TRUE(value == 0 || value == 1);
    if (value == 1) result.push_back(calendar.label(bucket));
  }
  return result;
}

Calendar calendar(const char* frequency, const char* zone = "none") {
  return {Frequency::parse(frequency), TimeZone::named(zone)};
}

TEST(HolidayTable, ReadsNamesAndWindows) {
  const auto spans = read(
      "ds,holiday,lower_window,upper_window\n2024-12-25,Christmas,-1,1\n2024-01-01,New Year,,\n");
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(spans[0].name, "Christmas");
  EXPECT_EQ(spans[0].last - spans[0].first, std::chrono::days(2));
  EXPECT_EQ(spans[1].first, spans[1].last);
}

TEST(HolidayTable, MarksEveryBucketOfTheDay) {
  const char* csv = "ds,holiday,upper_window\n2024-05-01,May Day,1\n";
  EXPECT_EQ(marked(csv, calendar("D"), "2024-04-28", "2024-05-05"),
            (std::vector<std::string>{"2024-05-01", "2024-05-02"}));
  const auto hours = marked(csv, calendar("h"), "2024-04-28", "2024-05-05");
  ASSERT_EQ(hours.size(), 48U);
  EXPECT_EQ(hours.front(), "2024-05-01 00:00:00");
  EXPECT_EQ(marked(csv, calendar("W-MON"), "2024-04-01", "2024-06-01"),
            (std::vector<std::string>{"2024-04-29"}));
  EXPECT_EQ(marked(csv, calendar("MS"), "2024-01-01", "2024-12-01"),
            (std::vector<std::string>{"2024-05-01"}));
}

TEST(HolidayTable, GoesByTheCivilClockOfTheZone) {
  const char* csv = "ds,holiday\n2024-03-31,Easter\n";
  const auto hours = marked(csv, calendar("h", "Europe/Berlin"), "2024-03-30", "2024-04-02");
  ASSERT_EQ(hours.size(), 23U) << "the clock goes forward on that day";
  EXPECT_EQ(hours.front(), "2024-03-31T00:00:00+01:00");
  EXPECT_EQ(hours.back(), "2024-03-31T23:00:00+02:00");
}

TEST(HolidayTable, ManyRowsMakeOneColumn) {
  Covariates covariates;
  const Calendar days = calendar("D");
  add_holidays(read("ds,holiday\n2024-01-01,New Year\n2024-05-01,May Day\n2025-01-01,New Year\n"),
               days, days.bucket(*parse_instant("2023-12-01", {})),
               days.bucket(*parse_instant("2025-02-01", {})), covariates);
  EXPECT_EQ(covariates.names, (std::vector<std::string>{"New Year", "May Day"}));
  EXPECT_EQ(covariates.values.colwise().sum(), Eigen::RowVector2d(2, 1));
}

TEST(HolidayTable, NamesTheLineOfWhatItCannotUse) {
  const auto refused = [](const std::string& word, std::string_view csv) {
    expect_error(ErrorCode::bad_data, word, [&] { read(csv); });
  };
  refused("ds and holiday", "ds,name\n2024-01-01,x\n");
  refused("no rows", "ds,holiday\n");
  refused("line 2", "ds,holiday\n2024-01-01,\n");
  refused("lines 2 and 3", "ds,holiday\n2024-01-01,x\n2024-01-01,x\n");
  refused("lower_window '1'", "ds,holiday,lower_window\n2024-01-01,x,1\n");
  refused("upper_window '-1'", "ds,holiday,upper_window\n2024-01-01,x,-1\n");
  refused("upper_window '1.5'", "ds,holiday,upper_window\n2024-01-01,x,1.5\n");
  refused("line 3", "ds,holiday\n2024-01-01,x\n2024-02-30,x\n");
}

TEST(HolidayTable, NeedsDates) {
  Covariates covariates;
  expect_error(ErrorCode::invalid_value, "counter", [&] {
    add_holidays(read("ds,holiday\n2024-01-01,x\n"), calendar("1"), 0, 10, covariates);
  });
}

}  // namespace
}  // namespace forecart
