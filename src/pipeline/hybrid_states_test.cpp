// ARIMALSTM in a repository: what it is made of is what was asked for, and its states are read
// again.
#include "pipeline/saved_forecast.h"
#include "pipeline/test_shop.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace forecart {
namespace {

class HybridStates : public TestShop {
 protected:
  HybridStates() : TestShop("") {}

  RunRequest request(const std::string& order = "") const {
    RunRequest request = short_run({"ARIMALSTM", "Ensemble"});
    request.choice.members = {"SeasonalNaive", "ARIMALSTM"};
    request.choice.windows = 2;
    request.choice.order = order;
    return request;
  }

  SavedForecast forecast() const {
    SavedForecastRequest request;
    request.repository = shop();
    request.dataset = "orders";
    return forecast_saved(request);
  }

  /// Runs, takes the last month in and goes on; the linear model that the states have then.
  std::string linear_model_after_going_on(const RunRequest& request) const {
    const std::string first = run_dataset(request).run;
    ingest_last_month();
    const RunReport report = run_dataset(request);
    EXPECT_EQ(report.panels.front().outcome.moved_on_from, first);
    const SavedForecast saved = forecast();
    EXPECT_EQ(saved.fitted.size(), 2U);
    for (const NamedForecast& named : saved.forecasts) {
      EXPECT_TRUE(std::isfinite(named.forecast.series.front().distribution->mean(6)));
    }
    return saved.fitted.front()->explain(0)["linear"]["model"];
  }
};

TEST_F(HybridStates, WithoutOrdersAreThoseOfAutoArimaAndGoOn) {
  EXPECT_EQ(linear_model_after_going_on(request()), "AutoARIMA");
}

TEST_F(HybridStates, WithOrdersAreThoseOfArimaAndGoOn) {
  EXPECT_EQ(linear_model_after_going_on(request("1,0,1")), "ARIMA");
}

}  // namespace
}  // namespace forecart
