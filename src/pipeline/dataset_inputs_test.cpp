#include "pipeline/dataset_inputs.h"

#include "pipeline/panel_source.h"
#include "series/closed_times.h"
#include "table/expect_error.h"
#include "table/scratch_folder.h"
#include "table/shared_data.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>

namespace forecart {
namespace {

namespace fs = std::filesystem;

/// A repository in which inputs/shop/ has the files written into it.
class Inputs : public testing::Test {
 protected:
  Inputs() : repository_(Repository::open_or_create(folder_ / "shop")) {
    panel_.add("a", first(), std::vector<double>(20, 5.0));
    panel_.add("b", first(), std::vector<double>(20, 7.0));
    config_.panels = {{"daily", {}, Measure::lines, Frequency::parse("D"), 3}};
  }

  Bucket first() const {
    return panel_.calendar().bucket(*parse_instant("2024-01-01", TimeZone()));
  }

  void declare(const InputConfig& input, std::string_view csv) {
    const std::string key = "inputs/shop/" + input.file;
    repository_.store().put(key, csv);
    config_.inputs.push_back(input);
  }

  PanelInputs load(const KnownSteps& known = {0, 3}) const {
    return load_inputs(repository_, "shop", config_, "daily", panel_, known);
  }

  ScratchFolder folder_;
  Repository repository_;
  Panel panel_{Calendar(Frequency::parse("D"), TimeZone())};
  DatasetConfig config_;
};

TEST_F(Inputs, NothingDeclaredIsNothingKnown) {
  const PanelInputs inputs = load();
  EXPECT_TRUE(inputs.covariates.empty());
  EXPECT_EQ(inputs.availability, nullptr);
  EXPECT_TRUE(inputs.notes.empty());
}

TEST_F(Inputs, EveryColumnHasItsPart) {
  declare({"price.csv", InputKind::price, {"price"}, {"cost"}, {}, {}},
          "unique_id,ds,price,cost\na,2023-12-01,3,2\nb,2024-01-05,4,1\na,2024-01-10,5,2\n");
  declare({"items.csv", InputKind::attributes, {}, {}, {"colour"}, {}},
          "unique_id,colour\na,red\n");
  declare({"days.csv", InputKind::holidays, {}, {}, {}, {}}, "ds,holiday\n2024-01-06,Epiphany\n");
  const Covariates c = load().covariates;
  EXPECT_EQ(c.role("price"), CovariateRole::future);
  EXPECT_EQ(c.role("cost"), CovariateRole::past);
  EXPECT_EQ(c.future_names(), (std::vector<std::string>{"Epiphany", "price"}));
  const std::vector<std::string> price{"price"};
  EXPECT_EQ(c.of("a", price, first() + 22, first() + 23).values(0, 0), 5) << "until it changes";
  EXPECT_TRUE(std::isnan(c.of("b", price, first(), first() + 1).values(0, 0)));
  EXPECT_EQ(c.statics.columns[0].name, "colour");
}

TEST_F(Inputs, WhatIsKnownAheadMustReachTheHorizon) {
  declare({"promo.csv", InputKind::price, {"promo"}, {}, {}, {}}, "ds,promo\n2024-01-15,1\n");
  EXPECT_NO_THROW(load({3, 3}));
  expect_error(ErrorCode::bad_data, "no value of 'promo' for series 'a' at 2024-01-11", [&] {
    load({10, 3});
  });
}

TEST_F(Inputs, CalendarsLimitForecastsAndStockHidesHistory) {
  declare({"open.csv", InputKind::calendar, {}, {}, {}, {}},
          "ds,open\n2024-01-07,0\n2024-01-21,0.5\n");
  declare({"stock.csv", InputKind::stock, {}, {}, {}, {}},
          "unique_id,ds,stock\na,2024-01-03,0\na,2024-01-05,9\n");
  const AvailabilityPtr shop = load().availability;
  ASSERT_NE(shop, nullptr);
  EXPECT_EQ(shop->known_ahead("b", first() + 6), 0);
  EXPECT_EQ(shop->known_ahead("b", first() + 20), .5);
  EXPECT_EQ(shop->known_ahead("a", first() + 2), 1) << "nobody knew of the stock";
  EXPECT_EQ(shop->in_the_end("a", first() + 2), 0);
  EXPECT_EQ(shop->in_the_end("a", first() + 4), 1);
  EXPECT_EQ(shop->in_the_end("b", first() + 2), 1);
}

TEST_F(Inputs, WhatIsWrongIsNamed) {
  declare({"open.csv", InputKind::calendar, {}, {}, {}, {}}, "ds,open\n2024-01-07,1.5\n");
  expect_error(ErrorCode::bad_data, "has 1.5 under open", [&] { load(); });
  config_.inputs.front().panels = {"hourly"};
  EXPECT_NO_THROW(load()) << "for another panel";
  config_.inputs = {{"none.csv", InputKind::holidays, {}, {}, {}, {}}};
  expect_error(ErrorCode::not_found, "inputs/shop/none.csv", [&] { load(); });
  expect_error(ErrorCode::not_found, "inputs/shop/none.csv",
               [&] { keep_inputs(repository_, "shop", config_); });
}

TEST_F(Inputs, TablesAreKeptByContent) {
  declare({"days.csv", InputKind::holidays, {}, {}, {}, {}}, "ds,holiday\n2024-01-06,Epiphany\n");
  const auto kept = keep_inputs(repository_, "shop", config_);
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0]["kind"], "holidays");
  EXPECT_TRUE(repository_.store().exists("raw/" + kept[0]["sha256"].get<std::string>()));
}

/// Online Retail never sells on Saturdays and was closed over Easter 2011.
TEST(ClosedTimesOfARealShop, AreItsSaturdaysAndHolidays) {
  const auto retail = shared_data("online-retail/online_retail.csv.zst");
  if (retail.empty()) GTEST_SKIP() << "Online Retail is not in FORECART_SHARED";
  PanelRequest request;
  request.files = {retail};
  request.orders = true;
  request.frequency = "D";
  const Panel panel = load_panel(request).panel;
  const ClosedTimes found = find_closed_times(panel, {panel.end(), panel[0].first, panel.end()});
  ASSERT_FALSE(found.told.empty());
  EXPECT_EQ(found.told.front(), "Saturday");
  const auto shares_on = [&](const char* day) {
    const Bucket bucket = panel.calendar().bucket(*parse_instant(day, TimeZone()));
    return std::pair(found.regular.at(bucket), found.sudden.at(bucket));
  };
  EXPECT_EQ(shares_on("2011-10-01"), std::pair(0.0, 1.0)) << "a Saturday";
  EXPECT_EQ(shares_on("2011-04-22"), std::pair(1.0, 0.0)) << "Good Friday";
  EXPECT_EQ(shares_on("2011-04-25"), std::pair(1.0, 0.0)) << "Easter Monday";
  EXPECT_EQ(shares_on("2011-10-05"), std::pair(1.0, 1.0)) << "a Wednesday";
  for (const std::string& told : found.told) std::printf("closed: %s\n", told.c_str());
}

}  // namespace
}  // namespace forecart
