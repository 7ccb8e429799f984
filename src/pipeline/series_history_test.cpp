// History, accuracy and the forecast to act on: of the panels that runs see.
#include "pipeline/series_history.h"

#include "pipeline/dataset_panel.h"
#include "pipeline/panel_overview.h"
#include "pipeline/proof_accuracy.h"
#include "pipeline/run_rows.h"
#include "pipeline/sales.h"
#include "pipeline/series_outlook.h"
#include "pipeline/test_shop.h"
#include "table/expect_error.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace forecart {
namespace {

using nlohmann::json;

class SeriesViews : public TestShop {
 protected:
  SeriesViews() : TestShop("\"product\"") {
    run_ = run_dataset(short_run({"SeasonalNaive", "Naive"})).run;
    repository_ = std::make_unique<Repository>(Repository::open(shop()));
    shelf_ = std::make_unique<RunShelf>(*repository_);
  }

  std::string run_;
  std::unique_ptr<Repository> repository_;
  std::unique_ptr<RunShelf> shelf_;
};

TEST_F(SeriesViews, HistoryIsThatOfThePanel) {
  SalesCache sales(*repository_, {.threads = 1});
  const DatasetConfig config = read_config(*repository_, "orders");
  const PanelConfig& declared = find_panel(config, "");
  const LoadedPanel cut =
      cut_panel(*repository_, "orders", input_hashes(*repository_, "orders"), declared, false);
  ASSERT_GT(cut.panel.size(), 1);
  for (Eigen::Index i = 0; i < cut.panel.size(); ++i) {
    const SeriesHistory history =
        series_history(sales, "orders", declared, cut.panel.ids()[static_cast<std::size_t>(i)]);
    const auto values = cut.panel[i].values;
    const std::string first = cut.panel.calendar().label(cut.panel[i].first);
    const auto begin = std::find(history.ds.begin(), history.ds.end(), first);
    ASSERT_NE(begin, history.ds.end()) << cut.panel.ids()[static_cast<std::size_t>(i)];
    const auto offset = static_cast<std::size_t>(begin - history.ds.begin());
    ASSERT_GE(history.y.size(), offset + values.size());
    for (std::size_t step = 0; step < values.size(); ++step) {
      if (std::isnan(values[step])) continue;
      EXPECT_EQ(history.y[offset + step], values[step]);
    }
  }
  PanelConfig odd = declared;
  odd.frequency = Frequency::parse("15min");
  expect_error(ErrorCode::invalid_value, "15min",
               [&] { series_history(sales, "orders", odd, cut.panel.ids()[0]); });
  expect_error(ErrorCode::invalid_value, "not cut by 'city'",
               [&] { series_history(sales, "orders", declared, "city=Boston"); });
}

TEST_F(SeriesViews, AccuracyOverAllStepsIsThatOfTheLeaderboard) {
  const Table board = run_rows(*shelf_, "orders", run_, "leaderboard", {}).rows;
  const std::string panel = board.texts("panel").front();
  for (const AccuracyBy by : {AccuracyBy::step, AccuracyBy::cutoff, AccuracyBy::series}) {
    const Table told = proof_accuracy(
        *shelf_, {.dataset = "orders", .run = run_, .panel = panel, .unique_id = {}, .by = by});
    for (std::size_t row = 0; row < board.row_count(); ++row) {
      double errors = 0;
      double losses = 0;
      double count = 0;
      for (std::size_t i = 0; i < told.row_count(); ++i) {
        if (told.texts("model")[i] != board.texts("model")[row]) continue;
        const double n = told.numbers("n")[i];
        errors += n * told.numbers("mae")[i];
        losses += n * told.numbers("quantile_loss")[i];
        count += n;
      }
      ASSERT_GT(count, 0);
      EXPECT_NEAR(errors / count, board.numbers("mae")[row], 1e-9);
      EXPECT_NEAR(losses / count, board.numbers("quantile_loss")[row], 1e-9);
    }
  }
  const auto worst = proof_accuracy(*shelf_, {.dataset = "orders",
                                              .run = run_,
                                              .panel = panel,
                                              .unique_id = {},
                                              .by = AccuracyBy::series,
                                              .limit = 2});
  EXPECT_EQ(worst.row_count(), 4U) << "two of each model";
  EXPECT_GE(worst.numbers("mae")[0], worst.numbers("mae")[1]);
  expect_error(ErrorCode::not_found, "no rows of panel 'none'", [&] {
    proof_accuracy(*shelf_, {.dataset = "orders", .run = run_, .panel = "none", .unique_id = {}});
  });
  EXPECT_THROW(parse_accuracy_by("moon"), Error);
}

class ViewsOfSums : public TestShop {
 protected:
  ViewsOfSums() : TestShop("\"product\"") {
    change_settings("horizon = 7\n", "horizon = 7\nhierarchy = \"auto\"\nlevels = [\"total\"]\n");
  }
};

TEST_F(ViewsOfSums, TheBestForecastOfATotalIsThatWhichAddsUp) {
  const std::string run = run_dataset(short_run({"SeasonalNaive", "Naive"})).run;
  const Repository repository = Repository::open(shop());
  RunShelf shelf(repository);
  const SeriesName total{"orders", "daily", "total"};
  const std::string best = best_model(shelf, run, total);
  EXPECT_TRUE(best.ends_with("/auto")) << best;
  EXPECT_EQ(series_outlook(shelf, run, total, best, {}).at("model"), best);
}

TEST_F(SeriesViews, OutlookIsTheBestForecastWithWhatPeoplePutInItsPlace) {
  const json panel = panel_overview(*repository_, *shelf_, "orders", run_).at("panels").at(0);
  EXPECT_EQ(panel.at("by"), json::array({"product"}));
  EXPECT_EQ(panel.at("best_model"), panel.at("models").at(0));
  const Table rows = run_rows(*shelf_, "orders", run_, "forecasts", {.limit = 1}).rows;
  const SeriesName name{"orders", rows.texts("panel")[0], rows.texts("unique_id")[0]};
  const std::string best = best_model(*shelf_, run_, name);
  const json plain = series_outlook(*shelf_, run_, name, best, {});
  EXPECT_EQ(plain.at("final"), plain.at("mean"));
  EXPECT_EQ(plain.at("mean").at(0), rows.numbers(best)[0]);
  EXPECT_LE(plain.at("intervals").at("80").at("lo").at(0), plain.at("mean").at(0));
  const std::string first = plain.at("ds").at(0);
  Override one{.panel = name.panel,
               .unique_id = name.unique_id,
               .from = first,
               .to = first,
               .is_factor = false,
               .value = 99,
               .comment = "c",
               .author = "ann",
               .at = "now"};
  Override other = one;
  other.unique_id = "another";
  const json changed = series_outlook(*shelf_, run_, name, best, {one, other});
  EXPECT_EQ(changed.at("final").at(0), 99);
  EXPECT_EQ(changed.at("final").at(1), plain.at("mean").at(1));
  EXPECT_EQ(changed.at("mean"), plain.at("mean"));
  EXPECT_EQ(changed.at("overrides").size(), 1U);
  expect_error(ErrorCode::unknown_name, "'Theta'",
               [&] { series_outlook(*shelf_, run_, name, "Theta", {}); });
  expect_error(ErrorCode::not_found, "no series 'none'", [&] {
    best_model(*shelf_, run_, {"orders", name.panel, "none"});
  });
}

}  // namespace
}  // namespace forecart
