#include "pipeline/series_explanation.h"

#include "base/error.h"
#include "pipeline/explanation.h"
#include "pipeline/state_of_series.h"
#include "pipeline/state_parts.h"
#include "pipeline/test_shop.h"
#include "store/forwarding_store.h"
#include "table/table_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

namespace forecart {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// Counts reads of fitted states.
class CountingReads final : public ForwardingStore {
 public:
  CountingReads(std::unique_ptr<ObjectStore> store, std::atomic<int>& reads)
      : ForwardingStore(std::move(store)), reads_(reads) {}
  std::optional<std::string> read(std::string_view key) const override {
    if (key.starts_with("models/")) ++reads_;
    return inner().read(key);
  }

 private:
  std::atomic<int>& reads_;
};

class SeriesExplanationTest : public TestShop {
 protected:
  SeriesExplanationTest() : TestShop("\"product\"") {}
  ~SeriesExplanationTest() override { Repository::wrap_stores(nullptr); }

  void run(const std::vector<std::string>& models) const {
    RunRequest request = short_run(models);
    request.choice.windows = 1;
    run_dataset(request);
  }

  SeriesExplanation explain(const std::string& id) const {
    return explain_series({.repository = shop(), .dataset = "orders", .unique_id = id});
  }

  /// All that `forecart explain` tells of it.
  SeriesExplanation explain_from_all(const std::string& id) const {
    SavedForecastRequest request;
    request.repository = shop();
    request.dataset = "orders";
    request.as_far_as_run = true;
    const SavedForecast saved = forecast_saved(request);
    std::vector<NamedFitted> models;
    for (std::size_t i = 0; i < saved.fitted.size(); ++i) {
      models.push_back({saved.forecasts[i].model, saved.fitted[i].get()});
    }
    const ExplanationRequest own{saved.forecasts.front().forecast.horizon, {id}};
    return {saved.run, saved.moved_on, explanation_table(models, own, saved.future),
            explanation_json(models, own), saved.notes};
  }

  void expect_same(const std::string& id) const {
    const SeriesExplanation quick = explain(id);
    const SeriesExplanation whole = explain_from_all(id);
    EXPECT_EQ(rows_json(quick.table), rows_json(whole.table)) << id;
    EXPECT_EQ(quick.models, whole.models) << id;
    EXPECT_EQ(quick.run, whole.run);
    EXPECT_EQ(quick.moved_on, whole.moved_on);
  }

  std::vector<std::string> ids() const {
    std::vector<std::string> ids;
    SavedForecastRequest request;
    request.repository = shop();
    request.dataset = "orders";
    const SavedForecast saved = forecast_saved(request);
    for (const LedgerRow& row : saved.fitted.front()->ledger()) ids.push_back(row.unique_id);
    return ids;
  }

  /// Models of whose state something was kept of a series alone.
  std::vector<std::string> kept_apart(const std::string& id) const {
    const Repository repository = Repository::open(shop());
    const json pointer = *repository.current("orders");
    const json manifest = repository.read_json(pointer.at("manifest").get<std::string>());
    std::vector<std::string> models;
    for (const json& model : manifest.at("models")) {
      if (read_state_of_series(repository.store(), told_state(model).key, id)) {
        models.push_back(model.at("model").get<std::string>());
      }
    }
    return models;
  }
};

TEST_F(SeriesExplanationTest, IsThatOfTheWholePanel) {
  run({"SeasonalNaive", "AutoSelect", "ARIMA", "LevelProfile"});
  const auto all = ids();
  ASSERT_GT(all.size(), 3U);
  for (const std::string& id : {all.front(), all[all.size() / 2], all.back()}) expect_same(id);
  const auto apart = kept_apart(all.front());
  EXPECT_NE(std::find(apart.begin(), apart.end(), "SeasonalNaive"), apart.end());
  EXPECT_NE(std::find(apart.begin(), apart.end(), "ARIMA"), apart.end());
  EXPECT_EQ(std::find(apart.begin(), apart.end(), "LevelProfile"), apart.end())
      << "learns from all";
  EXPECT_THROW(explain("product=None"), Error);

  ingest_last_month();
  EXPECT_TRUE(explain(all.front()).moved_on);
  for (const std::string& id : {all.front(), all.back()}) expect_same(id);
}

TEST_F(SeriesExplanationTest, IsThatOfARunThatWentOn) {
  run({"SeasonalNaive", "AutoSelect"});
  ingest_last_month();
  run({"SeasonalNaive", "AutoSelect"});
  const auto all = ids();
  for (const std::string& id : {all.front(), all.back()}) expect_same(id);
  EXPECT_TRUE(std::any_of(all.begin(), all.end(), [&](const std::string& id) {
    const auto apart = kept_apart(id);
    return std::find(apart.begin(), apart.end(), "AutoSelect") != apart.end();
  }));
}

/// A long table of orders, so that states lie in several parts.
fs::path write_many_items(const fs::path& file, int items) {
  std::ofstream out(file);
  out << "order,when,item\n";
  for (int item = 0; item < items; ++item) {
    for (int day = 1; day <= 28; day += 1 + item % 3) {
      out << fmt::format("{}-{},2023-01-{:02} 10:00,{:05}\n", item, day, day, item);
    }
  }
  return file;
}

TEST(SeriesExplanation, OfManyReadsFewParts) {
  constexpr int kItems = 3 * static_cast<int>(kSeriesInPart) + 100;
  const ScratchFolder folder;
  const fs::path shop = folder / "shop";
  ingest_into(shop, {write_many_items(folder / "items.csv", kItems)});
  declare_panel(shop,
                "name = \"daily\"\nby = [\"product\"]\nmeasure = \"lines\"\nfrequency = \"D\"\n"
                "horizon = 3\n");
  RunRequest run;
  run.repository = shop;
  run.dataset = "orders";
  run.choice.models = {"TSB"};
  run.choice.windows = 1;
  run_dataset(run);

  std::atomic<int> reads = 0;
  Repository::wrap_stores([&](std::unique_ptr<ObjectStore> store) {
    return std::make_unique<CountingReads>(std::move(store), reads);
  });
  SavedForecastRequest all;
  all.repository = shop;
  all.dataset = "orders";
  forecast_saved(all);
  const int needed = reads.exchange(0);
  for (const int item : {0, 1500, kItems - 1}) {
    const std::string id = fmt::format("product={:05}", item);
    const SeriesExplanation told =
        explain_series({.repository = shop, .dataset = "orders", .unique_id = id});
    EXPECT_EQ(told.table.row_count(), 3U);
    EXPECT_EQ(told.models.at(0).at("unique_id"), id);
    EXPECT_LT(reads.exchange(0), needed) << id << " of " << needed;
  }
  Repository::wrap_stores(nullptr);
}

}  // namespace
}  // namespace forecart
