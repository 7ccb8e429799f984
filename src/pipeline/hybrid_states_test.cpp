// ARIMALSTM in a repository: what it is made of is what was asked for, and its states are read
// again.
#include "pipeline/demo_orders.h"
#include "pipeline/ingest_orders.h"
#include "pipeline/run.h"
#include "pipeline/saved_forecast.h"
#include "table/scratch_folder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>

namespace forecart {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPanel =
    "[[panel]]\nname = \"daily\"\nby = []\nmeasure = \"units\"\nfrequency = \"D\"\nhorizon = 7\n";

class HybridStates : public testing::Test {
 protected:
  /// A shop that knows all but the last month.
  HybridStates() {
    DemoOptions options;
    options.orders_per_day = 20;
    files_ = write_demo_orders(options, folder_ / "orders").files;
    ingest({files_.begin(), files_.end() - 1});
    const fs::path file = folder_ / "shop" / Repository::config_key("orders");
    std::string settings = file_bytes(file);
    settings.resize(settings.find("[[panel]]"));
    std::ofstream(file) << settings << kPanel;
  }

  void ingest(const std::vector<fs::path>& files) const {
    IngestRequest request;
    request.repository = folder_ / "shop";
    request.dataset = "orders";
    request.files = files;
    ingest_orders(request);
  }

  RunRequest request(const std::string& order = "") const {
    RunRequest request;
    request.repository = folder_ / "shop";
    request.dataset = "orders";
    request.choice.models = {"ARIMALSTM", "Ensemble"};
    request.choice.members = {"SeasonalNaive", "ARIMALSTM"};
    request.choice.network.steps = 30;
    request.choice.windows = 2;
    request.choice.order = order;
    return request;
  }

  SavedForecast forecast() const {
    SavedForecastRequest request;
    request.repository = folder_ / "shop";
    request.dataset = "orders";
    return forecast_saved(request);
  }

  /// Runs, takes the last month in and goes on; the linear model that the states have then.
  std::string linear_model_after_going_on(const RunRequest& request) const {
    const std::string first = run_dataset(request).run;
    ingest({files_.back()});
    const RunReport report = run_dataset(request);
    EXPECT_EQ(report.panels.front().outcome.moved_on_from, first);
    const SavedForecast saved = forecast();
    EXPECT_EQ(saved.fitted.size(), 2U);
    for (const NamedForecast& named : saved.forecasts) {
      EXPECT_TRUE(std::isfinite(named.forecast.series.front().distribution->mean(6)));
    }
    return saved.fitted.front()->explain(0)["linear"]["model"];
  }

  ScratchFolder folder_;
  std::vector<fs::path> files_;
};

TEST_F(HybridStates, WithoutOrdersAreThoseOfAutoArimaAndGoOn) {
  EXPECT_EQ(linear_model_after_going_on(request()), "AutoARIMA");
}

TEST_F(HybridStates, WithOrdersAreThoseOfArimaAndGoOn) {
  EXPECT_EQ(linear_model_after_going_on(request("1,0,1")), "ARIMA");
}

}  // namespace
}  // namespace forecart
