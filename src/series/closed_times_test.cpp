#include "series/closed_times.h"

#include "base/random.h"
#include "series/golden.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace forecart {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::weekday;

Calendar calendar_of(const char* frequency) {
  return {Frequency::parse(frequency), TimeZone()};
}

Bucket bucket_of(const Calendar& calendar, const char* day) {
  return calendar.bucket(*parse_instant(day, TimeZone()));
}

int civil_weekday(const Calendar& calendar, Bucket bucket) {
  const auto civil = calendar.zone().civil(calendar.start(bucket));
  return static_cast<int>(weekday(std::chrono::floor<days>(civil)).c_encoding());
}

ClosedTimes closed_times(const Panel& panel, Bucket ahead = 0) {
  return find_closed_times(panel, {panel.end(), panel[0].first, panel.end() + ahead});
}

/// Two years of a shop with about `mean` sales a day, two items, none on Sundays nor on `holiday`.
Panel daily_shop(double mean, Bucket holiday) {
  const Calendar calendar = calendar_of("D");
  const Bucket first = bucket_of(calendar, "2021-01-01");
  Generator generator(5);
  std::vector<double> items[2];
  for (Bucket day = first; day < first + 730; ++day) {
    const bool closed = civil_weekday(calendar, day) == 0 || day == first + holiday;
    for (auto& item : items) {
      const double sold = mean / 2 * (1 + .2 * generator.normal());
      item.push_back(closed ? 0 : std::max(0.0, std::round(sold)));
    }
  }
  Panel panel(calendar);
  panel.add("a", first, items[0]);
  panel.add("b", first, items[1]);
  return panel;
}

TEST(ClosedTimes, FindsAWeekdayAheadAndASingleDayAfterwards) {
  const Panel panel = daily_shop(100, 400);
  const ClosedTimes found = closed_times(panel, 14);
  EXPECT_EQ(found.told, (std::vector<std::string>{"Sunday", "1 single day"}));
  for (Bucket day = panel[0].first; day < panel.end() + 14; ++day) {
    const bool sunday = civil_weekday(panel.calendar(), day) == 0;
    EXPECT_EQ(found.regular.at(day), sunday ? 0 : 1);
    EXPECT_EQ(found.sudden.at(day), day == panel[0].first + 400 ? 0 : 1);
  }
}

/// Easter Monday after a Monday of very large orders.
TEST(ClosedTimes, ADayOfUnusualSalesDoesNotHideAClosure) {
  const Panel shop = daily_shop(100, 400);
  Panel panel(shop.calendar());
  std::vector<double> values(shop[0].values.begin(), shop[0].values.end());
  values[393] *= 10;
  panel.add("a", shop[0].first, values);
  EXPECT_EQ(closed_times(panel).sudden.at(panel[0].first + 400), 0);
}

/// Days on which chance alone sells nothing: Poisson numbers with a mean of three, one day in 20.
TEST(ClosedTimes, SeldomTakesAQuietDayForAClosure) {
  Panel panel(calendar_of("D"));
  Generator generator(9);
  std::vector<double> values;
  for (int t = 0; t < 2000; ++t) values.push_back(static_cast<double>(generator.poisson(3)));
  panel.add("a", 0, values);
  const ClosedTimes found = closed_times(panel);
  const auto zeros = static_cast<double>(std::count(values.begin(), values.end(), 0.0));
  ASSERT_GT(zeros, 50);
  const auto closed = static_cast<double>((found.sudden.shares.array() == 0).count());
  EXPECT_LT(closed, .2 * zeros);
}

TEST(ClosedTimes, TakesDataFromBefore1970) {
  Panel panel(calendar_of("D"));
  std::vector<double> values;
  for (int day = 0; day < 700; ++day) values.push_back(day % 7 == 3 ? 0 : 20 + day % 5);
  panel.add("a", -1400, values);
  panel.add("b", -1400, std::vector<double>(values.begin(), values.begin() + 50));
  const ClosedTimes found = closed_times(panel);
  ASSERT_EQ(found.told.size(), 1U);
  EXPECT_EQ(found.told.front(), "Sunday");
  EXPECT_EQ(found.regular.at(-1400 + 3 + 7 * 90), 0);
  EXPECT_EQ(found.regular.at(-1400 + 4 + 7 * 90), 1);
}

TEST(ClosedTimes, WhatIsNotYetKnownChangesNothing) {
  const Panel panel = daily_shop(100, 400);
  const Bucket first = panel[0].first;
  const ClosedTimes early = find_closed_times(panel, {first + 5, first, panel.end()});
  EXPECT_EQ(early.regular.shares.size(), 0) << "no Sunday seen often enough";
  const ClosedTimes found = closed_times(panel.between(first, first + 401));
  EXPECT_EQ(found.sudden.at(first + 400), 0) << "earlier days judge a day";
}

TEST(ClosedTimes, RareSalesAreNoClosures) {
  const Calendar calendar = calendar_of("D");
  Generator generator(9);
  std::vector<double> y;
  for (int t = 0; t < 200; ++t) y.push_back(generator.uniform() < .25 ? 1 : 0);
  Panel panel(calendar);
  panel.add("a", bucket_of(calendar, "2021-01-01"), y);
  EXPECT_TRUE(closed_times(panel).told.empty());
}

TEST(ClosedTimes, FindsHoursAndHoursOfOneWeekday) {
  const Calendar calendar = calendar_of("h");
  const Bucket first = bucket_of(calendar, "2021-03-01");
  Generator generator(3);
  std::vector<double> y;
  for (Bucket hour = first; hour < first + 24 * 120; ++hour) {
    const auto of_day = (hour - first) % 24;
    const bool saturday_evening = civil_weekday(calendar, hour) == 6 && of_day >= 16;
    const bool open = of_day >= 8 && of_day < 20 && !saturday_evening;
    y.push_back(open ? std::floor(6 * generator.uniform()) : 0);
  }
  Panel panel(calendar);
  panel.add("a", first, y);
  const ClosedTimes found = closed_times(panel, 48);
  int closed = 0;
  for (Bucket hour = panel.end() - 168; hour < panel.end(); ++hour) {
    closed += found.regular.at(hour) == 0 ? 1 : 0;
  }
  EXPECT_EQ(closed, 12 * 7 + 4) << "nights, and Saturday from 16:00 to 20:00";
  EXPECT_EQ(found.regular.at(panel.end() + 3), 0) << "ahead, too";
  EXPECT_EQ(found.regular.at(panel.end() + 12), 1);
}

TEST(ClosedTimes, RealHoursOfAShopThatNeverClosesHaveNone) {
  const auto file = shared_file("golden/data/galli_hourly.csv");
  if (file.empty()) GTEST_SKIP() << "FORECART_SHARED holds no golden/data/galli_hourly.csv";
  const Calendar calendar = calendar_of("h");
  Panel panel(calendar);
  panel.add("total", bucket_of(calendar, "2019-01-01T03:00"), csv_column(file, 1));
  const ClosedTimes found = closed_times(panel);
  EXPECT_TRUE(found.told.empty()) << found.told.front();
}

TEST(ClosedTimes, WeeksAndCountersHaveNone) {
  for (const char* frequency : {"W-MON", "1", "MS"}) {
    Panel panel(calendar_of(frequency));
    panel.add("a", 100, std::vector<double>(50, 0.0));
    EXPECT_TRUE(closed_times(panel).told.empty()) << frequency;
  }
}

}  // namespace
}  // namespace forecart
