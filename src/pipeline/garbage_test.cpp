#include "pipeline/garbage.h"

#include "base/error.h"
#include "base/hash.h"
#include "pipeline/dataset_inputs.h"
#include "pipeline/fsck.h"
#include "pipeline/lasting.h"
#include "pipeline/lease.h"
#include "pipeline/small_shop.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A shop with three runs: each went on from the one before.
class GarbageTest : public testing::Test {
 protected:
  GarbageTest() : repository_(Repository::open(shop_.shop())) {
    shop_.run();  // work would make a preliminary one before it
    for (int i = 1; i < 3; ++i) {
      ask_for_run(repository_, "orders", "request");
      EXPECT_FALSE(shop_.work().failure);
    }
    for (const json& manifest : repository_.runs("orders")) runs_.push_back(manifest.at("run"));
  }

  /// Lets all that is there now be so many hours old.
  void age(int hours) const {
    for (const auto& entry : fs::recursive_directory_iterator(shop_.shop())) {
      if (!entry.is_regular_file()) continue;
      fs::last_write_time(entry, fs::file_time_type::clock::now() - std::chrono::hours(hours));
    }
  }

  GarbageReport collect(std::size_t keep, int days, bool dry_run = false) const {
    GarbageRequest request;
    request.repository = shop_.shop();
    request.keep = keep;
    request.keep_days = std::chrono::days(days);
    request.dry_run = dry_run;
    return collect_garbage(request);
  }

  bool has_run(const std::string& run) const {
    return repository_.store().exists(Repository::run_key("orders", run, "manifest.json"));
  }

  void expect_whole() const {
    FsckRequest request;
    request.repository = shop_.shop();
    const json found = to_json(check_repository(request));
    EXPECT_TRUE(found.at("damages").empty()) << found.dump(2);
    EXPECT_TRUE(found.at("notes").empty()) << found.dump(2);
  }

  SmallShop shop_;
  Repository repository_;
  std::vector<std::string> runs_;
};

TEST_F(GarbageTest, KeepsWhatIsADayOldAtMost) {
  age(23);
  EXPECT_EQ(collect(0, 0).total.objects, 0);
}

TEST_F(GarbageTest, KeepsByCountAndByAge) {
  age(25);
  EXPECT_EQ(collect(3, 0).total.objects, 0);
  EXPECT_EQ(collect(0, 2).total.objects, 0);
}

TEST_F(GarbageTest, RemovesRunsAndWhatOnlyTheyName) {
  // The current run stands alone then; nothing of the others is needed for it.
  RunRequest run;
  run.repository = shop_.shop();
  run.dataset = "orders";
  run.retrain_all = true;
  run.choice.models = {"SeasonalNaive"};
  const std::string alone = run_dataset(run).run;
  repository_.store().put("models/" + std::string(64, '0'), "a state that no run came to name");
  age(25);
  const GarbageReport told = collect(1, 0, true);
  EXPECT_TRUE(has_run(runs_[0])) << "a dry run removes nothing";
  const GarbageReport report = collect(1, 0);
  EXPECT_EQ(to_json(told), to_json(report));
  EXPECT_EQ(report.runs.size(), 3U);
  EXPECT_EQ(report.kept_runs, 1);
  EXPECT_GT(report.freed.at("models").objects, 1);
  EXPECT_FALSE(has_run(runs_[0]));
  EXPECT_TRUE(has_run(alone));
  EXPECT_EQ(repository_.store().list("runs/").size(),
            repository_.store().list("runs/orders/" + alone).size());
  expect_whole();
  EXPECT_EQ(collect(1, 0).total.objects, 0) << "nothing is left to remove";
}

TEST_F(GarbageTest, ReportsGoWithTheirRuns) {
  ObjectStore& store = repository_.store();
  for (const std::string& name : {std::string("2001"), runs_.back(), std::string("latest")}) {
    store.put("reports/orders/" + name + ".html", "<!doctype html>");
  }
  age(25);
  collect(1, 0);
  EXPECT_EQ(store.list("reports/"),
            (std::vector<std::string>{"reports/orders/" + runs_.back() + ".html",
                                      "reports/orders/latest.html"}));
  expect_whole();
}

TEST_F(GarbageTest, PlansGoAfterADay) {
  repository_.store().put("plans/orders/p/1-of-2/fit/piece.cbor", "bytes");
  repository_.write_json("plans/orders/p/plan.json", {{"shards", 2}});
  age(23);
  EXPECT_FALSE(collect(30, 30).freed.contains("plans"));
  age(25);
  EXPECT_EQ(collect(30, 30).freed.at("plans").objects, 2);
  EXPECT_TRUE(repository_.store().list("plans/").empty());
}

TEST_F(GarbageTest, KeepsTheRunsThatAKeptOneNames) {
  age(25);
  const json current = repository_.read_json(repository_.current("orders")->at("manifest"));
  collect(0, 0);
  EXPECT_TRUE(has_run(current.at("run")));
  EXPECT_TRUE(has_run(current.at("warm_start_from")));
  EXPECT_TRUE(has_run(current.at("proven_by")));
  expect_whole();
}

TEST_F(GarbageTest, LeavesRunsWhoseDataSetIsBusy) {
  age(25);
  const auto lease = Lease::take(repository_.store(), "work/orders/lease.json");
  ASSERT_NE(lease, nullptr);
  EXPECT_TRUE(collect(0, 0).runs.empty());
}

TEST_F(GarbageTest, RemovesNothingWhereARecordCannotBeTrusted) {
  age(25);
  const std::string key = Repository::run_key("orders", runs_[0], "manifest.json");
  std::string text = *repository_.store().read(key);
  text[text.size() / 2] ^= 1;
  repository_.store().put(key, text);
  const auto before = repository_.store().list("");
  EXPECT_THROW(collect(0, 0), Error);
  EXPECT_EQ(repository_.store().list(""), before);
}

TEST_F(GarbageTest, OfMergesTakesWhatHasNoRecord) {
  repository_.store().put("sales/orders/merged/1.parquet", "x");
  repository_.store().put("sales/orders/merged/2.json", "{}");
  repository_.store().put("sales/orders/merged/2.parquet", "x");
  EXPECT_EQ(collect(3, 0).total.objects, 0) << "it is young";
  age(25);
  EXPECT_EQ(collect(3, 0).total.objects, 1);
  EXPECT_EQ(repository_.store().list("sales/orders/merged/").size(), 2U);
}

// A first run of many items may take days; its manifest comes last.
TEST_F(GarbageTest, KeepsWhatARunUnderWayWasTold) {
  const std::string text = file_bytes(shop_.shop() / Repository::config_key("orders"));
  std::ofstream(shop_.shop() / Repository::config_key("orders"))
      << "# not what any run was told yet\n"
      << text << "[[input]]\nfile = \"prices.csv\"\nkind = \"regressors\"\nby = []\n";
  fs::create_directories(shop_.shop() / "inputs/orders");
  std::ofstream(shop_.shop() / "inputs/orders/prices.csv") << "ds,price\n2023-01-01,1\n";
  const std::string settings = keep_settings(repository_, "orders");
  const std::string table = file_bytes(shop_.shop() / "inputs/orders/prices.csv");
  put_lasting(repository_.store(), Repository::raw_key(sha256(table)), table);
  repository_.store().put(Repository::raw_key(sha256("of before")), "of before");
  age(49);
  EXPECT_EQ(collect(3, 0).freed.at("raw").objects, 1);
  EXPECT_TRUE(repository_.store().exists(Repository::raw_key(settings)));
  EXPECT_TRUE(repository_.store().exists(Repository::raw_key(sha256(table))));
}

TEST_F(GarbageTest, WhatFsckSetAsideStaysAsLongAsRuns) {
  repository_.store().put("lost/20260101T000000.000Z-repair/current/orders.json", "x");
  age(25);
  EXPECT_EQ(collect(3, 30).total.objects, 0);
  EXPECT_EQ(collect(3, 1).freed.at("lost").objects, 1);
}

TEST_F(GarbageTest, WhatIsNamedAgainIsYoung) {
  const std::string key = "models/" + std::string(64, '0');
  repository_.store().put(key, "state");
  age(13);
  EXPECT_FALSE(is_lasting(repository_.store(), key))
      << "named now, it could go before the manifest";
  put_lasting(repository_.store(), key, "state");
  EXPECT_TRUE(is_lasting(repository_.store(), key));
  age(25);
  keep_lasting(repository_.store(), key);
  EXPECT_EQ(collect(3, 0).total.objects, 0);
  EXPECT_THROW(keep_lasting(repository_.store(), "models/" + std::string(64, '1')), Error);
}

}  // namespace
}  // namespace forecart
