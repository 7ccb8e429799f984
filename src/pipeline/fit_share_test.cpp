// Shards of the fits of a run change nothing of it.
#include "pipeline/fit_share.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/random.h"
#include "pipeline/repository.h"
#include "pipeline/shop_files.h"
#include "table/scratch_folder.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

namespace forecart {
namespace {

using nlohmann::json;

constexpr int kSeason = 7;

/// Pieces in memory.
class MemoryPieces final : public FitPieces {
 public:
  Pieces find(const std::string& fit) override {
    found += kept[fit].size();
    return kept[fit];
  }
  void keep(const std::string& fit, const Pieces& fitted) override {
    kept[fit].insert(fitted.begin(), fitted.end());
  }
  bool wants(const Model&) const override { return true; }

  std::map<std::string, Pieces> kept;
  std::size_t found = 0;
};

std::vector<double> sales(std::size_t days, double level, std::uint64_t seed) {
  Generator generator(seed);
  std::vector<double> values(days);
  for (std::size_t t = 0; t < days; ++t) {
    const double wave = std::sin(2 * M_PI * static_cast<double>(t) / kSeason);
    values[t] = static_cast<double>(generator.poisson(level * (1.5 + wave)));
  }
  return values;
}

/// Series that sell much and little, lie below zero, are short, unknown at their end, or empty.
Panel panel_until(std::size_t days) {
  Panel panel{Calendar()};
  panel.add("much", 0, sales(days, 30, 1));
  panel.add("little", 0, sales(days, .2, 2));
  std::vector<double> below = sales(days, 5, 3);
  for (double& y : below) y = 3 - y;
  panel.add("below", 0, below);
  panel.add("short", static_cast<Bucket>(days) - 4, sales(4, 3, 4));
  std::vector<double> unknown = sales(days, 9, 5);
  unknown.back() = std::nan("");
  panel.add("unknown", 0, unknown);
  panel.add("none", 0, std::vector<double>(days, 0.0));
  return panel;
}

/// All that tables hold of a forecast.
std::vector<double> numbers_of(const Fitted& fitted) {
  std::vector<double> numbers;
  for (const SeriesForecast& series : fitted.forecast(9).series) {
    numbers.push_back(static_cast<double>(series.first));
    for (Eigen::Index step = 0; step < 9; ++step) {
      numbers.push_back(series.distribution->mean(step));
      for (const double p : {.025, .1, .5, .9, .975}) {
        numbers.push_back(series.distribution->quantile(step, p));
      }
    }
  }
  return numbers;
}

json ledger_of(const Fitted& fitted) {
  json rows = json::array();
  for (const LedgerRow& row : fitted.ledger()) {
    rows.push_back({row.unique_id, row.model, row.fallback, row.reason, row.interval_method,
                    row.rows_used, row.gaps, row.converged, row.chosen, row.tried});
  }
  return rows;
}

class AnyFit : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Fitted> fit(const Panel& panel, FitPieces* pieces) const {
    ModelOptions options;
    options.frequency = Frequency::parse("D");
    options.season_length = kSeason;
    options.possible_seasons = {kSeason};
    options.seasons = {1, kSeason};
    options.network.steps = 5;
    options.strategy = trees::Strategy::direct;
    ModelRegistry registry(options);
    FitOptions how;
    how.pieces = pieces;
    how.horizon = kSeason;
    return registry.make(GetParam())->fit(panel, {}, how);
  }
};

TEST_P(AnyFit, WhatIsReadIsWhatWasFitted) {
  const Panel panel = panel_until(120);
  const auto alone = fit(panel, nullptr);
  MemoryPieces pieces;
  fit(panel, &pieces);
  pieces.found = 0;
  const auto again = fit(panel, &pieces);
  const bool is_shared = !pieces.kept.empty();
  EXPECT_EQ(pieces.found > 0, is_shared);
  EXPECT_EQ(again->save(), alone->save());
  EXPECT_EQ(ledger_of(*again), ledger_of(*alone));
  EXPECT_EQ(numbers_of(*again), numbers_of(*alone));
  const Panel later = panel_until(130);
  again->update(later);
  alone->update(later);
  EXPECT_EQ(again->save(), alone->save());
  EXPECT_EQ(numbers_of(*again), numbers_of(*alone));
}

/// A model of its name fits to other numbers, or with other options: then none of these may be
/// taken.
class SomeModel : public AnyFit {};

TEST_P(SomeModel, OtherSeriesAreNotFound) {
  MemoryPieces pieces;
  fit(panel_until(120), &pieces);
  const Panel other = panel_until(119);
  EXPECT_EQ(numbers_of(*fit(other, &pieces)), numbers_of(*fit(other, nullptr)));
}

TEST_P(SomeModel, DamagedPiecesAreFitted) {
  const Panel panel = panel_until(120);
  MemoryPieces pieces;
  fit(panel, &pieces);
  std::size_t which = 0;
  for (auto& [name, fit] : pieces.kept) {
    for (auto& [series, bytes] : fit) {
      if (++which % 2 == 0) bytes.resize(bytes.size() / 2);
      if (which % 3 == 0) bytes = "\xa0";  // an empty map
    }
  }
  EXPECT_EQ(numbers_of(*fit(panel, &pieces)), numbers_of(*fit(panel, nullptr)));
}

std::vector<std::string> all_models() {
  std::vector<std::string> names;
  for (const ModelDescription& model : known_models()) names.push_back(model.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Models, AnyFit, testing::ValuesIn(all_models()),
                         [](const auto& test) { return test.param; });

INSTANTIATE_TEST_SUITE_P(Models, SomeModel,
                         testing::Values("ARIMA", "AutoETS", "MLP", "AutoSelect"),
                         [](const auto& test) { return test.param; });

/// Ten weeks of three products, which sell much, little and only lately.
class SharedRun : public testing::Test {
 protected:
  SharedRun() {
    ingest_into(shop(), {write_orders()});
    declare_panel(shop(),
                  "name = \"total\"\nby = []\nmeasure = \"units\"\nfrequency = \"D\"\nhorizon = 7\n"
                  "[[panel]]\nname = \"sums\"\nby = [\"product\"]\nmeasure = \"lines\"\n"
                  "frequency = \"D\"\nhorizon = 7\nhierarchy = \"variance\"\n");
  }

  std::filesystem::path shop() const { return folder_ / "shop"; }
  std::filesystem::path file_of(const std::string& run, const std::string& name) const {
    return shop() / Repository::run_key("orders", run, name);
  }

  std::filesystem::path write_orders() const {
    std::ofstream out(folder_ / "orders.csv");
    out << "id,when,quantity,price,product\n";
    for (int day = 0; day < 70; ++day) {
      const int sold[]{4 + day % 7, day % 5 == 0 ? 1 : 0, day > 55 ? 2 : 0};
      for (int product = 0; product < 3; ++product) {
        for (int line = 0; line < sold[product]; ++line) {
          out << fmt::format("{},2023-{:02}-{:02} 10:00,1,2.50,tea {}\n",
                             day * 100 + product * 20 + line, 1 + day / 28, 1 + day % 28, product);
        }
      }
    }
    return folder_ / "orders.csv";
  }

  RunRequest request_for(const std::vector<std::string>& models) const {
    RunRequest request;
    request.repository = shop();
    request.dataset = "orders";
    request.choice.models = models;
    return request;
  }

  RunRequest request(const std::string& plan) const {
    RunRequest request = request_for({"AutoSelect", "ARIMA"});
    request.choice.order = "1,0,1";
    request.choice.windows = 1;
    request.retrain_all = true;
    request.plan = plan;
    return request;
  }

  /// Everything of a run that does not tell of time.
  json told(const RunReport& report) const {
    const json manifest = Repository::open(shop()).read_json(report.folder + "/manifest.json");
    json told{{"models", manifest.at("models")}};
    for (const auto& [table, files] : manifest.at("tables").items()) {
      told[table] = files.at("content");
    }
    told["forecasts"] = file_bytes(file_of(report.run, "forecasts.csv"));
    told["backtest"] = file_bytes(file_of(report.run, "backtest.csv"));
    return told;
  }

  json run(const std::string& plan) const { return told(run_dataset(request(plan))); }

  void fit_shares(const std::string& plan, std::size_t of, std::set<std::size_t> without = {}) {
    for (std::size_t number = 1; number <= of; ++number) {
      if (!without.contains(number)) fit_share(request(plan), {number, of});
    }
  }

  std::vector<std::filesystem::path> pieces_of(const std::string& plan) const {
    std::vector<std::filesystem::path> files;
    const auto folder = shop() / "plans/orders" / plan;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
  }

  ScratchFolder folder_;
};

TEST_F(SharedRun, IsTheSameByAnyNumberOfShardsAndWithout) {
  const json alone = run("");
  fit_shares("three", 3, {2});
  const auto made = pieces_of("three").size();
  fit_share(request("three"), {3, 3});
  EXPECT_EQ(pieces_of("three").size(), made) << "what is there is not made again";
  std::size_t which = 0;
  for (const auto& file : pieces_of("three")) {
    std::string bytes = file_bytes(file);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    if (++which % 2 == 0) std::ofstream(file, std::ios::binary) << bytes;
  }
  EXPECT_EQ(run("three"), alone) << "a shard is missing, and half of the others is damaged";
  fit_shares("one", 1);
  EXPECT_EQ(run("one"), alone);
}

TEST_F(SharedRun, ModelsThatHaveTooLittleToLearnFromDoNotGoRound) {
  RunRequest asked = request("few");
  asked.choice.network.steps = 5;
  EXPECT_TRUE(fit_share(asked, {1, 1}).pooling.empty());
  asked.choice.models = {"LSTM"};
  asked.plan = "named";
  EXPECT_EQ(fit_share(asked, {1, 1}).pooling, (std::vector<std::string>{"LSTM", "LSTM"}));
}

/// That a run takes what is there shows where that tells something else.
TEST_F(SharedRun, BelievesWhatIsWhole) {
  RunRequest request = request_for({"AutoETS"});
  request.choice.windows = 2;
  request.plan = "lies";
  fit_share(request, {1, 1});
  for (const auto& file : pieces_of("lies")) {
    json map = json::from_cbor(file_bytes(file));
    for (auto& [name, piece] : map.items()) {
      json row = json::from_cbor(piece.get_binary());
      row["reason"] = "as a shard says";
      piece = json::binary(json::to_cbor(row));
    }
    const auto cbor = json::to_cbor(map);
    const std::string bytes(cbor.begin(), cbor.end());
    std::filesystem::remove(file);
    std::ofstream(file.parent_path() / (sha256(bytes) + ".cbor"), std::ios::binary) << bytes;
  }
  const RunReport report = run_dataset(request);
  for (const LedgerRow& row : report.panels.front().outcome.results.front().ledger) {
    EXPECT_EQ(row.reason, "as a shard says") << row.unique_id;
  }
}

TEST(Share, IsReadAsWritten) {
  EXPECT_EQ(Share::parse("2/3").text(), "2/3");
  for (const char* wrong :
       {"", "3", "0/3", "4/3", "1/0", "-1/3", "1/3/4", "1/1001", "a/b", " 1/2"}) {
    EXPECT_THROW(Share::parse(wrong), Error) << wrong;
  }
}

TEST(PlanFolder, HoldsNoWayOut) {
  EXPECT_EQ(plan_folder("orders", "20260412T083015.123Z-ab12cd"),
            "plans/orders/20260412T083015.123Z-ab12cd/");
  for (const char* wrong : {"", "../x", ".x", "a/b", "a b", "-a"}) {
    EXPECT_THROW(plan_folder("orders", wrong), Error) << wrong;
  }
  EXPECT_THROW(plan_folder("orders", std::string(65, 'a')), Error);
}

}  // namespace
}  // namespace forecart
