#include "evaluation/backtest.h"
#include "evaluation/demand_model.h"
#include "evaluation/ensemble.h"
#include "evaluation/item_life.h"
#include "evaluation/shared_fit.h"
#include "models/baseline/average.h"
#include "models/baseline/naive.h"
#include "models/series_model.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <memory>
#include <vector>

namespace forecart {
namespace {

/// Counts which fits were handed an earlier state of the same model.
class Watched final : public Model {
 public:
  Watched() : Watched(per_series(make_naive(), make_window_average(1))) {}
  explicit Watched(ModelPtr model) : model_(std::move(model)) {}

  std::string name() const override { return "Watched"; }
  std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates& covariates,
                              const FitOptions& options) const override {
    auto fitted = model_->fit(panel, covariates, options);
    const bool same = options.earlier != nullptr && options.earlier->save().is_object() &&
                      options.earlier->save().value("model", "") == fitted->save().at("model");
    warm.push_back(same);
    return fitted;
  }
  std::unique_ptr<Fitted> load(const nlohmann::json& state) const override {
    return model_->load(state);
  }

  mutable std::vector<bool> warm;

 private:
  ModelPtr model_;
};

class Refits : public testing::Test {
 protected:
  Refits() {
    std::vector<double> values(40);
    for (std::size_t t = 0; t < values.size(); ++t)
      values[t] = 5 + std::sin(static_cast<double>(t));
    panel_.add("a", 0, values);
    options_.horizon = 2;
    options_.windows = 3;
    options_.step = 2;
    options_.refit = 1;
    options_.warm_start = true;
  }

  std::vector<bool> warm_fits(const ModelPtr& model) {
    watched_->warm.clear();
    backtest(*model, panel_, options_);
    return watched_->warm;
  }

  Panel panel_{Calendar()};
  BacktestOptions options_;
  std::shared_ptr<Watched> watched_ = std::make_shared<Watched>();
  const std::vector<bool> expected_{false, true, true};
};

TEST_F(Refits, StartFromTheFitBefore) {
  EXPECT_EQ(warm_fits(watched_), expected_);
  options_.warm_start = false;
  EXPECT_EQ(warm_fits(watched_), std::vector<bool>(3, false));
}

TEST_F(Refits, TheFirstStartsFromWhatIsGiven) {
  const auto earlier = watched_->fit(panel_.between(0, 20), {}, {});
  options_.fit.earlier = earlier.get();
  EXPECT_EQ(warm_fits(watched_), std::vector<bool>(3, true));
}

TEST_F(Refits, HandTheStateThroughWhatIsAroundAModel) {
  Availability always;
  const auto available = std::make_shared<const Availability>(always);
  EXPECT_EQ(warm_fits(with_endings(watched_)), expected_);
  EXPECT_EQ(warm_fits(on_demand(with_endings(watched_), available)), expected_);
  EXPECT_EQ(warm_fits(with_endings(share_fits(watched_))), expected_);
  EXPECT_EQ(warm_fits(make_ensemble({watched_}, {})), expected_);
}

TEST_F(Refits, OfASharedModelAreToldApartByTheirStart) {
  const ModelPtr shared = share_fits(watched_);
  const auto earlier = watched_->fit(panel_.between(0, 20), {}, {});
  watched_->warm.clear();
  FitOptions fit;
  shared->fit(panel_, {}, fit);
  fit.earlier = earlier.get();
  shared->fit(panel_, {}, fit);
  shared->fit(panel_, {}, fit);
  EXPECT_EQ(watched_->warm, (std::vector<bool>{false, true}));
}

}  // namespace
}  // namespace forecart
