// Runs are reproducible, what is stored of them is checked, and two of them are told apart.
#include "pipeline/verify.h"

#include "base/error.h"
#include "models/net/kernel.h"
#include "pipeline/find_run.h"
#include "pipeline/run_diff.h"
#include "pipeline/test_shop.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

namespace forecart {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class Runs : public TestShop {
 protected:
  Runs() : TestShop("\"product\"") {}
  ~Runs() override { net::choose_kernel(""); }

  /// The default models with short trainings, unless others are named.
  std::string run(const std::vector<std::string>& models = {}, std::uint64_t seed = 1) {
    RunRequest request = request_for(models);
    request.choice.seed = seed;
    return run_dataset(request).run;
  }

  RunRequest request_for(const std::vector<std::string>& models) const {
    RunRequest request = short_run(models);
    request.choice.threads = 1;
    return request;
  }

  VerifyReport verify(const std::string& run, std::optional<std::string> kernel = {}) const {
    VerifyRequest request;
    request.repository = shop();
    request.dataset = "orders";
    request.run = run;
    request.kernel = std::move(kernel);
    request.threads = 2;
    return verify_run(request);
  }

  RunDiff diff(const std::string& before, const std::string& after,
               const std::string& model = "") const {
    return diff_runs({shop(), "orders", before, after, "", model});
  }

  static void flip_a_byte(const fs::path& file) {
    std::string bytes = file_bytes(file);
    bytes[bytes.size() / 2] ^= 1;
    std::ofstream(file, std::ios::binary) << bytes;
  }

  static bool has_kernel(const std::string& name) {
    for (const net::Kernel<float>* kernel : net::available_kernels()) {
      if (name == kernel->name) return true;
    }
    return false;
  }
};

TEST_F(Runs, TheDefaultRunGivesTheSameBytesOnOneThreadAndOnTwo) {
  const VerifyReport report = verify(run());
  EXPECT_TRUE(report.passed());
  EXPECT_EQ(report.likeness(), Likeness::same);
  EXPECT_EQ(report.tables.size(), 6U);
  EXPECT_TRUE(report.damaged.empty());
  EXPECT_TRUE(report.notes.empty());
}

TEST_F(Runs, TheDefaultRunGivesTheSameBytesWithAvx2AndAvx512) {
  if (!has_kernel("avx512")) GTEST_SKIP() << "this processor has no AVX-512";
  RunRequest request = request_for({});
  request.choice.kernel = "avx512";
  const VerifyReport report = verify(run_dataset(request).run, "avx2");
  EXPECT_EQ(report.used_kernel, "avx2");
  EXPECT_EQ(report.likeness(), Likeness::same);
  EXPECT_TRUE(report.passed());
}

TEST_F(Runs, WithoutNetworksAnyKernelGivesTheSame) {
  const VerifyReport report =
      verify(run({"SeasonalNaive", "LevelProfile", "ARIMA", "AutoETS"}), "portable");
  EXPECT_EQ(report.used_kernel, "portable");
  EXPECT_TRUE(report.passed());
}

TEST_F(Runs, AFlippedByteOfAnyStoredObjectIsFound) {
  const std::string made = run({"SeasonalNaive", "LevelProfile"});
  const json manifest = find_run(Repository::open(shop()), "orders", made);
  std::vector<fs::path> objects;
  for (const auto& [table, hashes] : manifest.at("tables").items()) {
    for (const char* format : {".csv", ".json", ".parquet"}) {
      objects.push_back(file_of(made, table + format));
    }
  }
  EXPECT_EQ(objects.size(), 18U);
  for (const json& model : manifest.at("models")) {
    objects.push_back(shop() / model.at("key").get<std::string>());
  }
  const Repository repository = Repository::open(shop());
  for (const fs::path& object : objects) {
    const std::string whole = file_bytes(object);
    flip_a_byte(object);
    const auto damaged = damaged_results(repository, manifest);
    ASSERT_EQ(damaged.size(), 1U) << object;
    EXPECT_NE(damaged[0].find(object.filename()), std::string::npos) << damaged[0];
    std::ofstream(object, std::ios::binary) << whole;
  }
  EXPECT_TRUE(damaged_results(repository, manifest).empty());
  flip_a_byte(objects.back());
  EXPECT_FALSE(verify(made).passed()) << "though what is made again is the same";
}

TEST_F(Runs, AChangedNumberIsNamed) {
  const std::string made = run({"SeasonalNaive"});
  const fs::path file = file_of(made, "forecasts.csv");
  std::string bytes = file_bytes(file);
  const std::size_t line = bytes.find('\n') + 1;
  const std::size_t value = bytes.find(',', bytes.find(',', bytes.find(',', line) + 1) + 1) + 1;
  bytes.insert(value, "9");
  std::ofstream(file, std::ios::binary) << bytes;
  const VerifyReport report = verify(made);
  EXPECT_FALSE(report.passed());
  for (const TableComparison& table : report.tables) {
    if (table.table != "forecasts") continue;
    ASSERT_TRUE(table.first);
    EXPECT_EQ(table.first->column, "SeasonalNaive");
    EXPECT_EQ(table.first->before, "9" + table.first->after);
    EXPECT_EQ(table.cells, 1U);
  }
}

TEST_F(Runs, DamagedInputsAreSaidAndNotRunOn) {
  const std::string made = run({"SeasonalNaive"});
  const json manifest = find_run(Repository::open(shop()), "orders", made);
  const auto hash = manifest.at("inputs").at(0).get<std::string>();
  flip_a_byte(shop() / Repository::raw_key(hash));
  const VerifyReport report = verify(made);
  EXPECT_FALSE(report.passed());
  EXPECT_NE(report.obstacle, "");
  EXPECT_TRUE(report.tables.empty());
}

TEST_F(Runs, AreRunAgainAsTheyWereWhateverCameSince) {
  const std::string made = run({"SeasonalNaive", "LevelProfile"});
  ingest_last_month();
  std::ofstream(settings_file(), std::ios::app) << "[demand]\noutliers = \"none\"\n";
  EXPECT_TRUE(verify(made).passed());
}

TEST_F(Runs, AWarmStartIsRepeatedFromTheRunItStartedFrom) {
  run({"MLP"});
  RunRequest warm = request_for({"MLP"});
  warm.choice.warm_start = true;
  const std::string made = run_dataset(warm).run;
  run({"SeasonalNaive"});
  EXPECT_TRUE(verify(made).passed());
}

TEST_F(Runs, ThatWentOnNeedTheRunBefore) {
  const std::string first = run({"SeasonalNaive"});
  ingest_last_month();
  const std::string made = run({"SeasonalNaive"});
  const json before = find_run(Repository::open(shop()), "orders", first);
  for (const fs::path& needed : {shop() / before.at("models").at(0).at("key").get<std::string>(),
                                 file_of(first, "ledger.json")}) {
    const std::string whole = file_bytes(needed);
    flip_a_byte(needed);
    const VerifyReport report = verify(made);
    EXPECT_FALSE(report.passed());
    ASSERT_EQ(report.damaged.size(), 1U) << needed;
    EXPECT_NE(report.damaged[0].find(needed.filename()), std::string::npos) << report.damaged[0];
    EXPECT_NE(report.damaged[0].find("run " + first), std::string::npos) << report.damaged[0];
    EXPECT_NE(report.obstacle.find("--retrain always"), std::string::npos) << report.obstacle;
    std::ofstream(needed, std::ios::binary) << whole;
  }
  EXPECT_TRUE(verify(made).passed());
  fs::remove_all(file_of(first, ""));
  const VerifyReport gone = verify(made);
  ASSERT_EQ(gone.damaged.size(), 1U);
  EXPECT_NE(gone.damaged[0].find("manifest.json is gone"), std::string::npos) << gone.damaged[0];
  EXPECT_NE(gone.obstacle, "");
}

TEST_F(Runs, SayWhyTheyWereProvenAnewWhenRunAgain) {
  run({"SeasonalNaive"});
  ingest_last_month();
  const std::string made = run({"SeasonalNaive"});
  json manifest = json::parse(file_bytes(file_of(made, "manifest.json")));
  manifest["options"]["windows"] = 7;
  std::ofstream(file_of(made, "manifest.json")) << manifest;
  const VerifyReport report = verify(made);
  EXPECT_FALSE(report.passed());
  ASSERT_EQ(report.notes.size(), 1U);
  EXPECT_NE(report.notes[0].find("the options are others"), std::string::npos) << report.notes[0];
}

TEST_F(Runs, ATimeBudgetIsSaid) {
  RunRequest request = request_for({"SeasonalNaive"});
  request.choice.time_budget = 5;
  const VerifyReport report = verify(run_dataset(request).run);
  ASSERT_EQ(report.notes.size(), 1U);
  EXPECT_NE(report.notes[0].find("time budget"), std::string::npos);
}

TEST_F(Runs, AreFoundByTheirBeginning) {
  const std::string made = run({"SeasonalNaive"});
  const Repository repository = Repository::open(shop());
  EXPECT_EQ(find_run(repository, "orders", made.substr(0, 20))["run"], made);
  EXPECT_EQ(find_run(repository, "orders", "current")["run"], made);
  EXPECT_THROW(find_run(repository, "orders", "1999"), Error);
  run({"SeasonalNaive"});
  EXPECT_THROW(find_run(repository, "orders", "2"), Error) << "both begin so";
}

TEST_F(Runs, ThatAreAlikeDoNotDiffer) {
  const std::string one = run({"SeasonalNaive", "LevelProfile"});
  const RunDiff result = diff(one, run({"SeasonalNaive", "LevelProfile"}));
  EXPECT_TRUE(result.items.empty());
  EXPECT_EQ(result.unchanged, 20U);
  EXPECT_TRUE(result.data.empty());
  EXPECT_TRUE(result.parameters.empty());
  for (const std::string& state : result.states) {
    EXPECT_NE(state.find("the same state"), std::string::npos) << state;
  }
}

TEST_F(Runs, DifferByTheirParametersWhereTheDataAreTheSame) {
  const RunDiff result = diff(run({"MLP"}, 1), run({"MLP"}, 2));
  EXPECT_EQ(result.parameters, std::vector<std::string>{"seed 2, was 1"});
  ASSERT_FALSE(result.items.empty());
  double last = std::numeric_limits<double>::infinity();
  for (const ItemChange& item : result.items) {
    EXPECT_EQ(item.causes, std::vector<std::string>{"parameters"});
    EXPECT_LE(std::abs(item.after - item.before), last) << "biggest first";
    last = std::abs(item.after - item.before);
  }
}

TEST_F(Runs, DifferByTheirDataWhereOrdersCame) {
  const std::string one = run({"SeasonalNaive"});
  ingest_last_month();
  const RunDiff result = diff(one, run({"SeasonalNaive"}));
  EXPECT_EQ(result.data, std::vector<std::string>{"1 order file more"});
  ASSERT_FALSE(result.items.empty());
  EXPECT_EQ(result.items[0].causes, std::vector<std::string>{"data"});
  EXPECT_EQ(to_json(result)["items"][0]["causes"][0], "data");
  EXPECT_EQ(item_table(result).row_count(), result.items.size());
  EXPECT_THROW(diff(one, "current", "ARIMA"), Error);
}

}  // namespace
}  // namespace forecart
