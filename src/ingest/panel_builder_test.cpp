#include "ingest/panel_builder.h"

#include "ingest/ingest.h"
#include "ingest/mapping.h"
#include "table/expect_error.h"
#include "table/scratch_folder.h"
#include "table/shared_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace forecart {
namespace {

/// Sales files made from csv text in a folder of their own.
class Sales {
 public:
  explicit Sales(const std::string& rows, const std::string& zone = "none") {
    DatasetConfig config;
    config.time_zone = zone;
    config.dimensions = {{"city", "upper(town)"}};
    const auto file = folder_.write("o.csv", "date,order,product,qty,price,town\n" + rows);
    config = guess_dataset_config({file}, config);
    ingest_file({file, path(), folder_ / "r.csv", ""}, config);
  }
  std::filesystem::path path() const { return folder_ / "s.parquet"; }

 private:
  ScratchFolder folder_;
};

PanelSpec spec(const std::string& frequency, Measure measure = Measure::lines) {
  PanelSpec result;
  result.frequency = Frequency::parse(frequency);
  result.measure = measure;
  result.keep_partial = true;
  return result;
}

std::vector<double> values(const Panel& panel, Eigen::Index series = 0) {
  return {panel[series].values.begin(), panel[series].values.end()};
}

constexpr const char* kRows =
    "2019-01-01 00:30,1,A,2,1.5,Ulm\n2019-01-01 00:45,1,B,1,2,Ulm\n"
    "2019-01-01 03:10,2,A,1,1.5,Bonn\n2019-01-02 00:00,3,A,-1,1.5,Ulm\n";

TEST(PanelBuilder, CountsEachMeasure) {
  const Sales sales(kRows);
  const auto hours = [&](Measure measure) {
    return values(build_panel({sales.path()}, spec("h", measure)).panel);
  };
  EXPECT_EQ(hours(Measure::lines), (std::vector<double>{2, 0, 0, 1}));
  EXPECT_EQ(hours(Measure::orders), (std::vector<double>{1, 0, 0, 1}));
  std::vector<double> units(25, 0.0);
  units[0] = 3;
  units[3] = 1;
  units[24] = -1;
  EXPECT_EQ(hours(Measure::units), units);
  EXPECT_EQ(hours(Measure::revenue)[0], 5);
  EXPECT_EQ(values(build_panel({sales.path()}, spec("D"), ReturnPolicy::keep).panel),
            (std::vector<double>{3, 1}));
}

TEST(PanelBuilder, CutsByDimensionsThatEndTogether) {
  const Sales sales(kRows);
  PanelSpec by = spec("h");
  by.by = {"city", "product"};
  const Panel panel = build_panel({sales.path()}, by).panel;
  EXPECT_EQ(panel.ids(), (std::vector<std::string>{"city=BONN/product=A", "city=ULM/product=A",
                                                   "city=ULM/product=B"}));
  EXPECT_EQ(values(panel, 0), (std::vector<double>{1}));
  EXPECT_EQ(values(panel, 1), (std::vector<double>{1, 0, 0, 0}));
  EXPECT_EQ(panel[0].end(), panel[1].end());
  by.by = {"street"};
  expect_error(ErrorCode::unknown_name, "city", [&] { build_panel({sales.path()}, by); });
}

TEST(PanelBuilder, CivilDaysFollowTheZoneAndHoursAbsoluteTime) {
  // The clocks of Berlin went from 02:00 to 03:00 on 2019-03-31.
  const Sales sales(
      "2019-03-31 00:00,1,A,1,1,U\n2019-03-31 03:00,2,A,1,1,U\n"
      "2019-04-01 00:00,3,A,1,1,U\n",
      "Europe/Berlin");
  PanelSpec hourly = spec("h");
  hourly.zone = TimeZone::named("Europe/Berlin");
  EXPECT_EQ(values(build_panel({sales.path()}, hourly).panel).size(), 24U);
  PanelSpec daily = spec("D");
  daily.zone = hourly.zone;
  const Panel days = build_panel({sales.path()}, daily).panel;
  EXPECT_EQ(values(days), (std::vector<double>{2, 1}));
  EXPECT_EQ(days.calendar().label(days[0].first), "2019-03-31");
}

TEST(PanelBuilder, UntilKeepsTheBucketsThatStartByThen) {
  const Sales sales(kRows);
  PanelSpec until = spec("h");
  until.until = parse_instant("2019-01-01 02:00", TimeZone{});
  const BuiltPanel built = build_panel({sales.path()}, until);
  EXPECT_EQ(values(built.panel), (std::vector<double>{2, 0, 0}));
  EXPECT_EQ(built.report.sales_after, 1);
  until.until = parse_instant("2018-01-01", TimeZone{});
  expect_error(ErrorCode::bad_data, "--until 2018-01-01 00:00:00 leaves nothing",
               [&] { build_panel({sales.path()}, until); });
}

TEST(PanelBuilder, UntilGoesByTheLastDayOfAMonthLabelledByIt) {
  const Sales sales("2020-05-20,1,A,1,1,U\n2020-06-10,1,A,1,1,U\n");
  PanelSpec until = spec("ME");
  until.until = parse_instant("2020-06-15", TimeZone{});
  EXPECT_EQ(values(build_panel({sales.path()}, until).panel), std::vector<double>{1});
  until.frequency = Frequency::parse("MS");
  EXPECT_EQ(values(build_panel({sales.path()}, until).panel), (std::vector<double>{1, 1}));
}

std::string daily_rows(int days, const std::string& first, const std::string& last) {
  std::string rows;
  for (int day = 1; day <= days; ++day) {
    for (const std::string& clock : {first, std::string("12:00"), last}) {
      rows += "2019-01-" + std::to_string(day / 10) + std::to_string(day % 10) + " " + clock +
              ",1,A,1,1,U\n";
    }
  }
  return rows;
}

TEST(PanelBuilder, DropsACutOffDayButNotAnEarlyClosingHour) {
  const Sales closed_at_eight(daily_rows(20, "08:00", "20:00"));
  PanelSpec days = spec("D");
  days.keep_partial = false;
  const BuiltPanel whole = build_panel({closed_at_eight.path()}, days);
  EXPECT_EQ(whole.panel[0].values.size(), 20U);
  EXPECT_FALSE(whole.report.first.truncated || whole.report.last.truncated);

  const Sales cut(daily_rows(20, "08:00", "20:00") + "2019-01-21 08:00,1,A,1,1,U\n");
  const BuiltPanel built = build_panel({cut.path()}, days);
  EXPECT_EQ(built.panel[0].values.size(), 20U);
  EXPECT_TRUE(built.report.last.truncated && built.report.last.dropped);
  EXPECT_EQ(built.report.sales_dropped, 1);
  days.keep_partial = true;
  EXPECT_EQ(build_panel({cut.path()}, days).panel[0].values.size(), 21U);
}

TEST(PanelBuilder, DatesWithoutAClockCoverTheirDay) {
  std::string rows;
  for (int day = 10; day < 30; ++day) rows += "2019-01-" + std::to_string(day) + ",1,A,1,1,U\n";
  PanelSpec days = spec("D");
  days.keep_partial = false;
  EXPECT_EQ(build_panel({Sales(rows).path()}, days).panel[0].values.size(), 20U);
}

TEST(PanelBuilder, NeedsSalesAndTimes) {
  const Sales sales(kRows);
  expect_error(ErrorCode::bad_data, "sales", [] { build_panel({}, spec("h")); });
  expect_error(ErrorCode::invalid_value, "frequency",
               [&] { build_panel({sales.path()}, spec("1")); });
}

// Expected values: README of the shared data (order lines, all).
TEST(PanelBuilder, TheRealOrdersGiveTheKnownHourlyPanel) {
  const auto data = shared_data("galli");
  if (data.empty()) GTEST_SKIP() << "the real order files are not here (FORECART_SHARED)";
  const ScratchFolder folder;
  std::vector<std::filesystem::path> files;
  std::vector<std::filesystem::path> sales;
  for (const auto& entry : std::filesystem::directory_iterator(data)) files.push_back(entry.path());
  const DatasetConfig config = guess_dataset_config(files, {});
  for (const auto& file : files) {
    sales.push_back(folder / (file.stem().string() + ".parquet"));
    ingest_file({file, sales.back(), folder / "r.csv", ""}, config);
  }
  const Panel lines = build_panel(sales, spec("h")).panel;
  const Eigen::Map<const Eigen::ArrayXd> y(lines[0].values.data(),
                                           static_cast<Eigen::Index>(lines[0].values.size()));
  EXPECT_EQ(y.size(), 8763);
  EXPECT_NEAR(y.mean(), 21.219902, 5e-7);
  EXPECT_NEAR(std::sqrt((y - y.mean()).square().sum() / 8762), 14.355170, 5e-7);
  EXPECT_EQ(y.maxCoeff(), 76);
  EXPECT_EQ((y == 0).count(), 130);
  EXPECT_EQ(lines.calendar().label(lines[0].first), "2019-01-01 03:00:00");

  const auto orders = values(build_panel(sales, spec("h", Measure::orders)).panel);
  EXPECT_EQ(std::accumulate(orders.begin(), orders.end(), 0.0), 178437);
  PanelSpec by = spec("D", Measure::units);
  by.by = {"product"};
  const Panel products = build_panel(sales, by).panel;
  EXPECT_EQ(products.size(), 19);
  double units = 0;
  for (Eigen::Index i = 0; i < products.size(); ++i) {
    units = std::accumulate(products[i].values.begin(), products[i].values.end(), units);
  }
  EXPECT_EQ(units, 209079);
  PanelSpec days = spec("D");
  days.keep_partial = false;
  EXPECT_TRUE(build_panel(sales, days).report.last.dropped);
}

}  // namespace
}  // namespace forecart
