// The line as a whole, on generated orders: ingest, run, status, publishing.
#include "base/error.h"
#include "pipeline/dataset_panel.h"
#include "pipeline/demo_orders.h"
#include "pipeline/ingest_orders.h"
#include "pipeline/panel_source.h"
#include "pipeline/repository.h"
#include "pipeline/run.h"
#include "pipeline/run_models.h"
#include "pipeline/sales.h"
#include "pipeline/status.h"
#include "table/table_file.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>

namespace forecart {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class Line : public testing::Test {
 protected:
  Line() : root_(fs::temp_directory_path() / ("forecart-line-" + std::to_string(getpid()))) {
    fs::remove_all(root_);
    DemoOptions options;
    options.orders_per_day = 20;
    made_ = write_demo_orders(options, root_ / "orders");
  }
  ~Line() override { fs::remove_all(root_); }

  IngestRequest ingest_request(std::vector<fs::path> files) const {
    IngestRequest request;
    request.repository = root_ / "shop";
    request.dataset = "orders";
    request.files.assign(files.begin(), files.end());
    return request;
  }
  RunRequest run_request() const {
    RunRequest request;
    request.repository = root_ / "shop";
    request.dataset = "orders";
    request.choice.models = {"SeasonalNaive", "LevelProfile"};
    return request;
  }
  json manifest(const RunReport& report) const {
    return Repository::open(root_ / "shop").read_json(report.folder + "/manifest.json");
  }

  fs::path root_;
  DemoReport made_;
};

TEST_F(Line, IngestFindsWhatWasPlanted) {
  const IngestReport report = ingest_orders(ingest_request(made_.files));
  EXPECT_GT(report.usage.seconds, 0);
  const auto rejected = [&](RejectReason reason) {
    return report.counts.rejected_by_reason[static_cast<std::size_t>(reason)];
  };
  EXPECT_EQ(report.counts.rows_read, made_.rows);
  EXPECT_EQ(report.counts.rows_accepted + report.counts.rows_rejected, made_.rows);
  EXPECT_EQ(report.counts.rows_accepted,
            made_.sales + made_.returns + made_.credits + made_.exact_duplicates);
  EXPECT_EQ(rejected(RejectReason::blank), made_.blank);
  EXPECT_EQ(rejected(RejectReason::repeated_header), made_.repeated_headers);
  EXPECT_EQ(report.counts.exact_duplicates, made_.exact_duplicates);
  EXPECT_EQ(report.counts.first, made_.first);
  EXPECT_EQ(report.counts.last, made_.last);
  EXPECT_FALSE(report.guessed.empty());
  EXPECT_TRUE(report.failures.empty());
}

TEST_F(Line, SameContentCountsOnce) {
  const auto once = ingest_orders(ingest_request({made_.files[0], made_.files[1]}));
  fs::copy_file(made_.files[0], root_ / "again.csv");
  const auto twice = ingest_orders(ingest_request({root_ / "again.csv", made_.files[1]}));
  EXPECT_EQ(twice.counts.files_known, 2);
  EXPECT_EQ(twice.counts.rows_read, 0);
  EXPECT_TRUE(twice.upload.empty());
  const auto more = ingest_orders(ingest_request({made_.files[0], made_.files[2], made_.files[2]}));
  EXPECT_EQ(more.counts.files_known, 2) << "one from before, one twice in this upload";
  EXPECT_GT(more.counts.rows_read, 0);
  const json status = repository_status(root_ / "shop");
  EXPECT_EQ(status["datasets"][0]["uploads"], 2);
  EXPECT_EQ(status["datasets"][0]["rows_accepted"],
            once.counts.rows_accepted + more.counts.rows_accepted);
}

TEST_F(Line, ABadFileIsReportedAndTheOthersCount) {
  std::ofstream(root_ / "empty.csv").flush();
  const auto report =
      ingest_orders(ingest_request({made_.files[0], root_ / "empty.csv", root_ / "none.csv"}));
  ASSERT_EQ(report.failures.size(), 2U);
  EXPECT_EQ(report.failures[1].code, ErrorCode::not_found);
  EXPECT_GT(report.counts.rows_accepted, 0);
  EXPECT_THROW(ingest_orders(ingest_request({root_ / "none.csv"})), Error);
}

TEST_F(Line, ATypingErrorLeavesNoRepositoryBehind) {
  EXPECT_THROW(ingest_orders(ingest_request({root_ / "none.csv"})), Error);
  EXPECT_FALSE(fs::exists(root_ / "shop"));
}

TEST_F(Line, FlagsForAKnownDatasetAreRefused) {
  ingest_orders(ingest_request({made_.files[0]}));
  auto request = ingest_request({made_.files[1]});
  request.config.columns.time = "Order Date";
  EXPECT_THROW(ingest_orders(request), Error);
}

TEST_F(Line, RunWritesEverythingAndPublishes) {
  ingest_orders(ingest_request(made_.files));
  EXPECT_EQ(repository_status(root_ / "shop")["datasets"][0]["next"], "run");
  const RunReport report = run_dataset(run_request());
  EXPECT_TRUE(report.published);
  for (const auto* name : {"forecasts", "backtest", "leaderboard", "ledger"}) {
    const Table csv = read_table(root_ / "shop" / report.folder / (std::string(name) + ".csv"));
    const Table parquet =
        read_table(root_ / "shop" / report.folder / (std::string(name) + ".parquet"));
    EXPECT_EQ(csv.names(), parquet.names());
    EXPECT_EQ(csv.row_count(), parquet.row_count());
    EXPECT_GT(csv.row_count(), 0U);
  }
  const Table forecasts = read_table(root_ / "shop" / report.folder / "forecasts.csv");
  EXPECT_EQ(forecasts.row_count(), 24U);
  EXPECT_EQ(
      forecasts.names(),
      (std::vector<std::string>{"panel", "unique_id", "ds", "SeasonalNaive", "SeasonalNaive-lo-80",
                                "SeasonalNaive-hi-80", "SeasonalNaive-lo-95", "SeasonalNaive-hi-95",
                                "LevelProfile", "LevelProfile-lo-80", "LevelProfile-hi-80",
                                "LevelProfile-lo-95", "LevelProfile-hi-95"}));
  const json told = manifest(report);
  EXPECT_EQ(told["status"], "ok");
  EXPECT_EQ(told["inputs"].size(), made_.files.size());
  for (const json& model : told["models"]) {
    EXPECT_TRUE(Repository::open(root_ / "shop").store().exists(model["key"].get<std::string>()));
  }
  const json status = repository_status(root_ / "shop")["datasets"][0];
  EXPECT_EQ(status["current_run"], report.run);
  EXPECT_EQ(status["next"], "nothing");
  EXPECT_TRUE(status["last_failure"].is_null());
}

TEST_F(Line, SavedModelsForecastWhatWasPublished) {
  ingest_orders(ingest_request(made_.files));
  const RunReport report = run_dataset(run_request());
  const Repository repository = Repository::open(root_ / "shop");
  const json told = manifest(report);
  ModelRegistry registry(model_options({}, Panel{Calendar()}));
  RunModels models(registry, {});
  for (std::size_t i = 0; i < told["models"].size(); ++i) {
    const std::string bytes =
        repository.store().get(told["models"][i]["key"].get<std::string>())->bytes;
    const auto fitted = models.make(told["models"][i]["model"])->load(json::from_cbor(bytes));
    const auto& published = report.panels[0].outcome.forecasts[i].forecast.series[0];
    const Forecast again = fitted->forecast(24);
    EXPECT_EQ(again.series[0].first, published.first);
    for (int step = 0; step < 24; ++step) {
      EXPECT_EQ(again.series[0].distribution->mean(step), published.distribution->mean(step));
    }
  }
}

TEST_F(Line, SameInputsGiveTheSameBytesOnAnyThreadCount) {
  ingest_orders(ingest_request(made_.files));
  RunRequest request = run_request();
  request.retrain_all = true;
  request.choice.threads = 1;
  const RunReport one = run_dataset(request);
  request.choice.threads = 4;
  const RunReport four = run_dataset(request);
  const Repository repository = Repository::open(root_ / "shop");
  for (const auto* name : {"/forecasts.csv", "/backtest.csv"}) {
    EXPECT_EQ(repository.store().get(one.folder + name)->bytes,
              repository.store().get(four.folder + name)->bytes);
  }
  EXPECT_EQ(manifest(one)["models"], manifest(four)["models"]) << "states are shared by their hash";
}

TEST_F(Line, ChangedSettingsCleanAgainFromTheRawFiles) {
  ingest_orders(ingest_request(made_.files));
  run_dataset(run_request());
  const fs::path settings = root_ / "shop/datasets/orders/dataset.toml";
  DatasetConfig config = read_dataset_config(settings);
  config.dimensions = {{"town", "trim(split_part(\"Purchase Address\", ',', 2))"}};
  config.panels = {config.panels.front()};
  config.panels.front().by = {"town"};
  config.returns = ReturnPolicy::drop;
  write_dataset_config(config, settings);
  const RunReport report = run_dataset(run_request());
  EXPECT_EQ(report.refreshed, made_.files.size());
  EXPECT_GT(report.panels[0].panel.size(), 3);
  EXPECT_TRUE(report.panels[0].panel.ids().front().starts_with("town="));
  EXPECT_EQ(repository_status(root_ / "shop")["datasets"][0]["rows_accepted"],
            made_.sales + made_.exact_duplicates);
  EXPECT_EQ(run_dataset(run_request()).refreshed, 0U);
}

TEST_F(Line, WhatDoesNotCleanLeavesTheSalesAlone) {
  ingest_orders(ingest_request({made_.files[0]}));
  Repository repository = Repository::open(root_ / "shop");
  DatasetConfig config = read_config(repository, "orders");
  config.holidays = "US";
  config.find_closed = !config.find_closed;
  config.panels.front().horizon = 5;
  EXPECT_EQ(refresh_sales(repository, "orders", config), 0U);
  config.returns = ReturnPolicy::drop;
  EXPECT_EQ(refresh_sales(repository, "orders", config), 1U);
}

TEST_F(Line, TheSameUploadRecordedTwiceCountsOnce) {
  const IngestReport report = ingest_orders(ingest_request({made_.files[0]}));
  Repository repository = Repository::open(root_ / "shop");
  // As two processes leave it that took in the same file at the same time.
  json record = repository.uploads("orders").front();
  repository.add_upload("orders", "20990101T000000.000Z-twice", record);
  EXPECT_EQ(repository_status(root_ / "shop")["datasets"][0]["rows_accepted"],
            report.counts.rows_accepted);
  EXPECT_EQ(manifest(run_dataset(run_request()))["inputs"].size(), 1U);
}

TEST_F(Line, ARunThatFailsSaysSoAndMovesNothing) {
  ingest_orders(ingest_request(made_.files));
  const RunReport good = run_dataset(run_request());
  std::ofstream(root_ / "shop/datasets/orders/dataset.toml", std::ios::app)
      << "\n[[input]]\nfile = \"gone.csv\"\nkind = \"regressor\"\nfuture = [\"promo\"]\n";
  EXPECT_THROW(run_dataset(run_request()), Error);
  const json status = repository_status(root_ / "shop")["datasets"][0];
  EXPECT_EQ(status["current_run"], good.run);
  EXPECT_EQ(status["last_failure"]["code"], "not_found");
}

TEST_F(Line, RunOfAnUnknownDatasetIsAClearError) {
  ingest_orders(ingest_request({made_.files[0]}));
  RunRequest request = run_request();
  request.dataset = "other";
  try {
    run_dataset(request);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
  }
}

TEST_F(Line, OrdersGiveThePanelDirectly) {
  PanelRequest request;
  request.files = made_.files;
  request.orders = true;
  request.frequency = "D";
  request.measure = Measure::units;
  request.by = {"product"};
  const LoadedPanel loaded = load_panel(request);
  EXPECT_GT(loaded.panel.size(), 5);
  double units = 0;
  for (Eigen::Index i = 0; i < loaded.panel.size(); ++i) {
    for (const double y : loaded.panel[i].values) units += y;
  }
  EXPECT_GT(units, 0);
  EXPECT_LE(units, static_cast<double>(made_.units) + 1e-6 +
                       static_cast<double>(made_.exact_duplicates) * 9);
  EXPECT_FALSE(loaded.notes.empty());
}

TEST_F(Line, SeveralLongTablesAreAUsageError) {
  PanelRequest request;
  request.files = {"a.csv", "b.csv"};
  try {
    load_panel(request);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::usage);
  }
}

}  // namespace
}  // namespace forecart
