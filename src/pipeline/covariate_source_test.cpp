// Regressors on their way from files to forecasts and backtests.

#include "pipeline/covariate_source.h"

#include "base/random.h"
#include "pipeline/model_registry.h"
#include "pipeline/panel_run.h"
#include "table/expect_error.h"
#include "table/scratch_folder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace forecart {
namespace {

using Eigen::Index;

constexpr Index kLength = 160;
constexpr Index kAhead = 12;

/// Two series that a shared promotion and a price of each own move.
struct Market {
  Panel panel{Calendar()};
  Covariates covariates;

  Market() {
    Generator generator(5);
    Eigen::MatrixXd promo(kLength + kAhead, 1);
    for (double& value : promo.col(0)) value = generator.uniform() < 0.3 ? 1 : 0;
    covariates.add_shared({"promo"}, {100, promo});
    covariates.own_names = {"price"};
    for (const char* id : {"a", "b"}) add(id, promo, generator);
  }

  void add(const std::string& id, const Eigen::MatrixXd& promo, Generator& generator) {
    CovariateBlock price{100, Eigen::MatrixXd(kLength + kAhead, 1)};
    for (double& value : price.values.col(0)) value = 5 + generator.normal();
    std::vector<double> y;
    for (Index t = 0; t < kLength; ++t) {
      y.push_back(40 + 6 * promo(t, 0) - 2 * price.values(t, 0) + generator.normal());
    }
    panel.add(id, 100, y);
    covariates.own[id] = std::move(price);
  }
};

const Market kMarket;

ModelRegistry registry() {
  return ModelRegistry({.frequency = Frequency::parse("h"),
                        .season_length = 4,
                        .order = SarimaOrder{1, 0, 0},
                        .members = {"ARIMA"}});
}

PanelRunOptions options(Covariates covariates) {
  PanelRunOptions result;
  result.models = {"ARIMA"};
  result.backtest.horizon = 6;
  result.backtest.windows = 3;
  result.backtest.step = 6;
  result.covariates = std::move(covariates);
  return result;
}

std::vector<double> means(const Forecast& forecast) {
  std::vector<double> result;
  for (const SeriesForecast& series : forecast.series) {
    for (Index k = 0; k < forecast.horizon; ++k) result.push_back(series.distribution->mean(k));
  }
  return result;
}

/// Forecasts made at the first `windows` origins.
std::vector<double> backtested(const Covariates& covariates, std::size_t windows) {
  ModelRegistry models = registry();
  const auto results = backtest_panel(kMarket.panel, models, options(covariates));
  std::vector<double> result;
  for (std::size_t i = 0; i < windows * 2 * 6; ++i) {
    result.push_back(results.front().rows.at(i).point.mean);
  }
  return result;
}

/// The covariates with other values from a bucket on.
Covariates changed_from(Bucket bucket, double by) {
  Covariates changed = kMarket.covariates;
  const Index row = bucket - 100;
  changed.values.bottomRows(changed.values.rows() - row).array() += by;
  for (auto& [id, block] : changed.own) {
    block.values.bottomRows(block.values.rows() - row).array() *= by;
  }
  return changed;
}

RC_GTEST_PROP(CovariateSource, WhatLiesBeyondAHorizonChangesNothing, ()) {
  static const std::vector<double> kAll = backtested(kMarket.covariates, 3);
  static const auto kForecast = [] {
    ModelRegistry models = registry();
    return means(forecast_panel(kMarket.panel, models, options(kMarket.covariates))
                     .forecasts.front()
                     .forecast);
  }();
  const auto windows = *rc::gen::inRange<Index>(1, 4);
  const auto by = static_cast<double>(*rc::gen::inRange(2, 1000));
  const Bucket known = 100 + kLength - 18 + 6 * windows;  // end of the last horizon looked at
  const Covariates later = changed_from(known, by);
  const auto count = static_cast<std::size_t>(windows);
  const std::vector<double> before(kAll.begin(), kAll.begin() + windows * 12);
  RC_ASSERT(backtested(later, count) == before);
  ModelRegistry models = registry();
  const Covariates beyond = changed_from(100 + kLength + 6, by);
  RC_ASSERT(
      means(forecast_panel(kMarket.panel, models, options(beyond)).forecasts.front().forecast) ==
      kForecast);
}

TEST(CovariateSource, WhatLiesWithinTheHorizonCounts) {
  EXPECT_NE(backtested(changed_from(100 + kLength - 1, 2), 3), backtested(kMarket.covariates, 3));
  const auto blind = backtested({}, 3);
  const auto seeing = backtested(kMarket.covariates, 3);
  double squares_blind = 0;
  double squares_seeing = 0;
  std::size_t i = 0;
  for (Index window = 0; window < 3; ++window) {
    for (Index series = 0; series < 2; ++series) {
      const auto y = kMarket.panel[series].values.last(static_cast<std::size_t>(18 - 6 * window));
      for (std::size_t k = 0; k < 6; ++k, ++i) {
        squares_blind += std::pow(y[k] - blind[i], 2);
        squares_seeing += std::pow(y[k] - seeing[i], 2);
      }
    }
  }
  EXPECT_LT(squares_seeing, squares_blind / 3);
}

TEST(CovariateSource, SavedStatesRememberWhatTheyNeed) {
  ModelRegistry models = registry();
  for (const char* name : {"ARIMA", "Ensemble"}) {
    const ModelPtr model = models.make(name);
    EXPECT_TRUE(model->uses_covariates());
    const auto fitted = model->fit(kMarket.panel, kMarket.covariates, {});
    const auto loaded = model->load(nlohmann::json::parse(fitted->save().dump()));
    EXPECT_EQ(means(loaded->forecast(kAhead, kMarket.covariates)),
              means(fitted->forecast(kAhead, kMarket.covariates)));
    expect_error(ErrorCode::bad_data, "'promo'", [&] { loaded->forecast(1); });
    const std::string first = kMarket.panel.calendar().label(100 + kLength + kAhead);
    const auto too_far = [&] { loaded->forecast(kAhead + 1, kMarket.covariates); };
    expect_error(ErrorCode::bad_data, first, too_far);
    Panel more{Calendar()};
    more.add("a", 100 + kLength, std::vector<double>{30});
    expect_error(ErrorCode::bad_data, "series 'a'", [&] { loaded->update(more); });
    loaded->update(more, kMarket.covariates);
    EXPECT_EQ(loaded->forecast(1, kMarket.covariates).series[0].first, 100 + kLength + 1);
  }
  EXPECT_FALSE(models.make("SeasonalNaive")->uses_covariates());
}

TEST(CovariateSource, NamesTheSeriesTheColumnAndTheTimeThatIsNotKnown) {
  const KnownSteps ahead{0, kAhead};
  EXPECT_NO_THROW(require_known(kMarket.covariates, kMarket.panel, ahead, "file"));
  const auto refused = [&](const Covariates& covariates, const KnownSteps& known,
                           const std::string& word) {
    expect_error(ErrorCode::bad_data, word,
                 [&] { require_known(covariates, kMarket.panel, known, "file"); });
  };
  const Calendar& calendar = kMarket.panel.calendar();
  refused(kMarket.covariates, {0, kAhead + 1}, calendar.label(100 + kLength + kAhead));
  Covariates hole = kMarket.covariates;
  hole.own["b"].values(kLength - 3, 0) = NAN;
  EXPECT_NO_THROW(require_known(hole, kMarket.panel, ahead, "file")) << "it is history";
  refused(hole, {3, kAhead}, "'price' for series 'b' at " + calendar.label(100 + kLength - 3));
  Covariates late = kMarket.covariates;
  late.own["b"].first += 2;
  refused(late, {}, "no row for series 'b' at " + calendar.label(100));
}

TEST(CovariateSource, JoinsRegressorsAndHolidays) {
  const ScratchFolder folder;
  Panel days(Calendar(Frequency::parse("D"), TimeZone()));
  const Bucket first = days.calendar().bucket(*parse_instant("2024-04-29", TimeZone()));
  days.add("total", first, std::vector<double>{1, 2, 3});
  const CovariateRequest request{
      folder.write("r.csv", "ds,price\n2024-04-29,1\n2024-04-30,2\n2024-05-01,3\n2024-05-02,4\n"),
      folder.write("h.csv", "ds,holiday\n2024-05-01,May Day\n")};
  const Covariates c = load_covariates(request, days, {0, 1});
  EXPECT_EQ(c.all_names(), (std::vector<std::string>{"price", "May Day"}));
  EXPECT_EQ(c.values.col(1), Eigen::Vector4d(0, 0, 1, 0));
  EXPECT_TRUE(load_covariates({}, days, {0, 1}).empty());
}

}  // namespace
}  // namespace forecart
