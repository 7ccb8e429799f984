#include "evaluation/residual_walk.h"

#include "base/error.h"
#include "models/baseline/average.h"
#include "models/baseline/naive.h"
#include "models/series_model.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace forecart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

const double kMissing = std::numeric_limits<double>::quiet_NaN();

using Values = std::vector<double>;

Panel panel_of(Bucket first, const std::vector<std::pair<std::string, Values>>& series) {
  Panel result{Calendar()};
  for (const auto& [id, values] : series) result.add(id, first, values);
  return result;
}

std::unique_ptr<Fitted> naive(const Panel& panel) {
  return per_series(make_naive(), make_window_average(1))->fit(panel, {}, {});
}

/// As if a network had been learnt: the same numbers for every series, whatever came.
class Expecting final : public Fitted {
 public:
  explicit Expecting(double value) : value_(value) {}

  Forecast forecast(Index horizon, const Covariates&) const override {
    Forecast result{Calendar(), horizon, {}};
    result.series.push_back(
        {"a", 0,
         std::make_shared<GaussianPredictive>(Eigen::VectorXd::Constant(horizon, value_),
                                              Eigen::VectorXd::Ones(horizon), 1)});
    return result;
  }
  void update(const Panel&, const Covariates&) override {}
  std::unique_ptr<Fitted> clone() const override { return std::make_unique<Expecting>(value_); }
  nlohmann::json save() const override { return {}; }
  nlohmann::json explain(Index) const override { return {}; }
  const std::vector<LedgerRow>& ledger() const override { return ledger_; }

 private:
  double value_;
  std::vector<LedgerRow> ledger_;
};

void expect_values(const SeriesView& view, Bucket first, const Values& expected) {
  EXPECT_EQ(view.first, first);
  ASSERT_EQ(view.values.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(std::isnan(view.values[i]), std::isnan(expected[i])) << i;
    if (!std::isnan(expected[i])) {
      EXPECT_DOUBLE_EQ(view.values[i], expected[i]) << i;
    }
  }
}

TEST(WalkResiduals, AreWhatOneStepForecastsMissBy) {
  const auto linear = naive(panel_of(0, {{"a", {1, 2, 3, 4}}, {"b", {5, 5, 6, 5}}}));
  std::vector<ResidualSeries> series{{.id = "a", .end = 4, .followed = true},
                                     {.id = "b", .end = 4, .followed = false}};
  const Panel came = panel_of(3, {{"a", {99, 6, kMissing, 5}}, {"b", {99, 7, 7}}, {"new", {1, 2}}});
  const Panel residuals = walk_residuals(*linear, series, came, {});
  ASSERT_EQ(residuals.size(), 1);
  expect_values(residuals[0], 4, {2, kMissing, -1});
  EXPECT_EQ(linear->forecast(1).series[0].distribution->mean(0), 5);
  EXPECT_EQ(linear->forecast(1).series[1].distribution->mean(0), 7) << "others move on too";
  ASSERT_EQ(series.size(), 3U);
  EXPECT_EQ(series[0].end, 7);
  EXPECT_EQ(series[1].end, 6);
  EXPECT_EQ(series[2].id, "new");
  EXPECT_EQ(series[2].end, 5);
  EXPECT_FALSE(series[2].followed);
}

TEST(WalkResiduals, BeginAfterAGap) {
  const auto linear = naive(panel_of(0, {{"a", {1, 2, 3, 4}}}));
  std::vector<ResidualSeries> series{{.id = "a", .end = 4, .followed = true}};
  const Panel residuals = walk_residuals(*linear, series, panel_of(9, {{"a", {7, -8}}}), {});
  expect_values(residuals[0], 9, {3, -15});
  EXPECT_EQ(linear->forecast(1).series[0].first, 11);
  EXPECT_FALSE(series[0].non_negative);
  EXPECT_EQ(walk_residuals(*linear, series, panel_of(9, {{"a", {7, -8}}}), {}).size(), 0)
      << "nothing is new";
}

TEST(ExpectedShifts, AreAddedOrCarriedOn) {
  const auto linear = naive(panel_of(0, {{"b", {1, 1, 1}}, {"a", {1, 2, 3, 4}}}));
  const std::vector<ResidualSeries> series{{.id = "b", .end = 3},
                                           {.id = "a", .end = 4, .followed = true, .network = 0}};
  const Expecting network(0.5);
  const MatrixXd added = expected_shifts({*linear, network, series}, CorrectionWay::added, 3, {});
  const MatrixXd carried =
      expected_shifts({*linear, network, series}, CorrectionWay::carried, 3, {});
  EXPECT_EQ(added, (MatrixXd(3, 2) << 0, .5, 0, .5, 0, .5).finished());
  EXPECT_EQ(carried, (MatrixXd(3, 2) << 0, .5, 0, 1, 0, 1.5).finished())
      << "of a random walk every error stays";
}

TEST(ExpectedShifts, OfCountsDoNotLeadBelowZero) {
  const auto linear = naive(panel_of(0, {{"a", {1, 2, 3, 1}}}));
  const std::vector<ResidualSeries> series{{.id = "a", .end = 4, .followed = true}};
  const Expecting network(-2);
  const MatrixXd carried =
      expected_shifts({*linear, network, series}, CorrectionWay::carried, 3, {});
  EXPECT_EQ(carried, (MatrixXd(3, 1) << -2, -3, -3).finished())
      << "what is fed is cut at zero, and each step starts from there";
}

TEST(CorrectionWay, HasNamesThatReadBack) {
  for (const CorrectionWay way : {CorrectionWay::added, CorrectionWay::carried}) {
    EXPECT_EQ(parse_correction_way(name_of(way)), way);
  }
  EXPECT_THROW(parse_correction_way("doubled"), Error);
}

}  // namespace
}  // namespace forecart
