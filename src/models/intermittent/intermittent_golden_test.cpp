#include "models/intermittent/aggregation.h"
#include "models/intermittent/croston.h"
#include "series/golden.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

using nlohmann::json;

/// forecast::croston of R and statsforecast 2.1.1 on one intermittent series.
class Reference : public testing::Test {
 protected:
  void SetUp() override {
    const auto file = shared_file("golden/croston.json");
    if (file.empty()) GTEST_SKIP() << "the reference results are not there (FORECART_SHARED)";
    reference_ = json::parse(std::ifstream(file));
    y_ = reference_.at("y").get<std::vector<double>>();
  }

  std::unique_ptr<FittedSeries> fit(const SeriesModelPtr& model, std::size_t size) const {
    return model->fit({calendar_, 0, std::span(y_).first(size)}, {}).fitted;
  }
  double mean(const SeriesModelPtr& model) const {
    return fit(model, y_.size())->forecast(3)->mean(2);
  }
  double statsforecast(const char* model) const {
    return reference_.at("statsforecast_2_1_1").at(model).at(0).get<double>();
  }

  Calendar calendar_{Frequency::parse("D"), TimeZone()};
  json reference_;
  std::vector<double> y_;
};

TEST_F(Reference, CrostonEqualsRStepByStep) {
  const json& r = reference_.at("r_forecast").at(0);  // alpha .1
  EXPECT_NEAR(mean(make_croston(CrostonVariant::classic)), r.at("mean").at(0).get<double>(), 1e-12);
  const auto tail = r.at("fitted_tail").get<std::vector<double>>();
  const std::size_t start = y_.size() - tail.size();
  const auto moved = fit(make_croston(CrostonVariant::classic), start);
  for (std::size_t i = 0; i < tail.size(); ++i) {
    EXPECT_NEAR(moved->forecast(1)->mean(0), tail[i], 1e-12);
    moved->update(std::span(y_).subspan(start + i, 1));
  }
}

TEST_F(Reference, SbaAndTsbEqualStatsforecast) {
  EXPECT_NEAR(mean(make_croston(CrostonVariant::sba)), statsforecast("CrostonSBA"), 1e-12);
  EXPECT_NEAR(mean(make_tsb({.size_alpha = 0.1, .probability_alpha = 0.1})),
              statsforecast("TSB_ad0.1_ap0.1"), 1e-12);
  EXPECT_NEAR(mean(make_tsb({.size_alpha = 0.2, .probability_alpha = 0.05})),
              statsforecast("TSB_ad0.2_ap0.05"), 1e-12);
}

/// Its alphas come from L-BFGS-B, which stops within 1e-4 of the minimum.
TEST_F(Reference, OptimisedMethodsEqualStatsforecastAsFarAsItsOptimiserGoes) {
  EXPECT_NEAR(mean(make_croston(CrostonVariant::optimized)) / statsforecast("CrostonOptimized"), 1,
              1e-4);
  EXPECT_NEAR(mean(make_adida()) / statsforecast("ADIDA"), 1, 1e-4);
  EXPECT_NEAR(mean(make_imapa()) / statsforecast("IMAPA"), 1, 1e-4);
}

}  // namespace
}  // namespace forecart
