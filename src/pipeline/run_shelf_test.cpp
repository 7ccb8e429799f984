#include "pipeline/run_shelf.h"

#include "pipeline/run_rows.h"
#include "pipeline/small_shop.h"
#include "table/expect_error.h"
#include "table/table_file.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <thread>

namespace forecart {
namespace {

using std::chrono::milliseconds;

/// A shop with two panels, of days and of weeks.
class RunShelfTest : public testing::Test {
 protected:
  RunShelfTest() {
    declare_panel(
        shop.shop(),
        "name = \"daily\"\nby = []\nmeasure = \"lines\"\nfrequency = \"D\"\nhorizon = 3\n\n"
        "[[panel]]\nname = \"weekly\"\nby = []\nmeasure = \"units\"\nfrequency = \"W-MON\"\n"
        "horizon = 2\n");
    run = shop.run().run;
  }

  SmallShop shop;
  Repository repository = Repository::open(shop.shop().string());
  std::string run;
  RunShelf::Clock::time_point now{};
  RunShelf shelf{repository, {}, [this] { return now; }};
};

TEST_F(RunShelfTest, FindsTheForecastsOfASeries) {
  const auto index = shelf.forecasts("orders", run);
  ASSERT_EQ(index->panels().size(), 2U);
  EXPECT_EQ(index->panel("none"), nullptr);
  const auto* const panel = index->panel("daily");
  ASSERT_NE(panel, nullptr);
  EXPECT_EQ(ForecastIndex::series(*panel, "none"), nullptr);
  const auto* const series = ForecastIndex::series(*panel, "total");
  ASSERT_NE(series, nullptr);
  EXPECT_EQ(series->rows, 3U);

  const Table file =
      read_table(shop.shop() / Repository::run_key("orders", run, "forecasts.parquet"));
  const Table table = series_table(*index, *series);
  const nlohmann::json told = nlohmann::json::parse(series_json(*index, *panel, *series));
  EXPECT_EQ(told["panel"], "daily");
  EXPECT_EQ(told["unique_id"], "total");
  EXPECT_EQ(told["ds"].get<std::vector<std::string>>(), table.texts("ds"));
  EXPECT_EQ(told["values"].size(), table.columns().size() - 2);
  const auto panels = file.texts("panel");
  for (const auto& [name, values] : told["values"].items()) {
    const auto all = file.numbers(name);
    std::vector<double> expected;
    for (std::size_t row = 0; row < all.size(); ++row) {
      if (panels[row] == "daily") expected.push_back(all[row]);
    }
    EXPECT_EQ(values.get<std::vector<double>>(), expected) << name;
    EXPECT_EQ(table.numbers(name), expected) << name;
  }
}

TEST_F(RunShelfTest, ReadsForecastsOnceForMany) {
  EXPECT_EQ(shelf.recall_forecasts("orders", run), nullptr);
  std::vector<std::shared_ptr<const ForecastIndex>> found(4);
  std::vector<std::thread> threads;
  for (auto& one : found) threads.emplace_back([&] { one = shelf.forecasts("orders", run); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(found, testing::Each(shelf.recall_forecasts("orders", run)));
  expect_error(ErrorCode::not_found, "none", [&] { shelf.forecasts("orders", "none"); });
}

TEST_F(RunShelfTest, LetsGoOfWhatIsLongUnused) {
  RunShelf small(repository, {.most_bytes = 1});
  small.forecasts("orders", run);
  EXPECT_NE(small.recall_forecasts("orders", run), nullptr) << "the newest stays";
  const std::string next = shop.run().run;
  small.forecasts("orders", next);
  EXPECT_EQ(small.recall_forecasts("orders", run), nullptr);
  EXPECT_NE(small.recall_forecasts("orders", next), nullptr);
}

TEST_F(RunShelfTest, KnowsTheCurrentRunForAWhile) {
  EXPECT_EQ(shelf.recall_current("orders"), std::nullopt);
  EXPECT_EQ(shelf.current("orders"), run);
  EXPECT_EQ(shelf.recall_current("orders"), run);
  EXPECT_EQ(shelf.current("none"), "");
  EXPECT_EQ(shelf.recall_current("none"), std::nullopt) << "the first run is seen at once";

  const std::string next = shop.run().run;
  EXPECT_EQ(shelf.recall_current("orders"), run);
  now += milliseconds(1500);
  EXPECT_EQ(shelf.recall_current("orders"), std::nullopt) << "the first asks again";
  EXPECT_EQ(shelf.recall_current("orders"), run) << "others do not wait for that";
  now += milliseconds(9000);
  EXPECT_EQ(shelf.recall_current("orders"), std::nullopt) << "but not for ever";
  EXPECT_EQ(shelf.current("orders"), next);
  EXPECT_EQ(shelf.recall_current("orders"), next);
  shelf.forget("orders");
  EXPECT_EQ(shelf.recall_current("orders"), std::nullopt);
}

TEST_F(RunShelfTest, GivesRowsOfTables) {
  const RunRows all = run_rows(shelf, "orders", run, "ledger", {});
  EXPECT_EQ(all.rows.row_count(), 2U);
  EXPECT_FALSE(all.more);
  const RunRows daily = run_rows(shelf, "orders", run, "ledger", {.panel = "daily"});
  EXPECT_THAT(daily.rows.texts("panel"), testing::ElementsAre("daily"));
  const RunRows first = run_rows(shelf, "orders", run, "forecasts", {.limit = 2});
  EXPECT_EQ(first.rows.row_count(), 2U);
  EXPECT_TRUE(first.more);
  const RunRows last = run_rows(shelf, "orders", run, "forecasts", {.limit = 10, .offset = 4});
  EXPECT_EQ(last.rows.row_count(), 1U);
  EXPECT_FALSE(last.more);
  EXPECT_EQ(
      run_rows(shelf, "orders", run, "ledger", {.unique_id = "x' OR 'a'='a"}).rows.row_count(), 0U);
  expect_error(ErrorCode::invalid_value, "no column 'model'",
               [&] { run_rows(shelf, "orders", run, "forecasts", {.model = "Naive"}); });
  expect_error(ErrorCode::unknown_name, "leaderboard",
               [&] { run_rows(shelf, "orders", run, "../manifest", {}); });
}

}  // namespace
}  // namespace forecart
