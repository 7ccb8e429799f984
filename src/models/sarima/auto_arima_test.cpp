#include "models/sarima/auto_arima.h"

#include "base/error.h"
#include "base/random.h"
#include "models/sarima/arima.h"
#include "models/sarima/arima_variants.h"
#include "models/sarima/fitted_arima.h"
#include "series/seasonality.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <numbers>

namespace forecart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

const Calendar kHours;

/// A season of twelve on a rising level, and noise.
std::vector<double> monthly(std::size_t n) {
  Generator generator(5);
  std::vector<double> y;
  for (std::size_t t = 0; t < n; ++t) {
    const double phase = 2 * std::numbers::pi * static_cast<double>(t) / 12;
    y.push_back(100 + 0.5 * static_cast<double>(t) + 20 * std::sin(phase) + generator.normal());
  }
  return y;
}

SeriesFit fit(const AutoArimaOptions& options, std::span<const double> y,
              const Regressors& regressors = {}) {
  return make_auto_arima(options)->fit({kHours, 0, y, regressors}, {});
}

TEST(AutoArima, ForecastsASeasonalTrend) {
  const auto y = monthly(156);
  const SeriesFit result = fit({.season = 12}, std::span(y).first(144));
  ASSERT_TRUE(result.fitted) << result.reason;
  const PredictivePtr forecast = result.fitted->forecast(12);
  for (Index k = 0; k < 12; ++k) {
    EXPECT_NEAR(forecast->mean(k), y[static_cast<std::size_t>(144 + k)], 5) << "step " << k;
  }
  const auto told = result.fitted->explain();
  EXPECT_NE(told.at("order").get<std::string>().find(")12"), std::string::npos);
  EXPECT_GT(told.at("search").at("models_tried"), 5);
  EXPECT_EQ(told.at("search").at("best")[0].at("order"), told.at("order"));
  EXPECT_GT(told.at("residuals").at("ljung_box").at("p_value"), 0.001);
  EXPECT_TRUE(told.contains("roots"));
}

TEST(AutoArima, SaysWhyItCannotFit) {
  EXPECT_NE(fit({}, std::vector<double>{1, 2}).reason, "");
  EXPECT_THROW(make_auto_arima({.season = 0}), Error);
}

TEST(AutoArima, FitsThroughGaps) {
  auto y = monthly(144);
  for (const std::size_t t : {5u, 60u, 61u, 62u, 100u}) y[t] = NAN;
  const SeriesFit result = fit({.season = 12}, y);
  ASSERT_TRUE(result.fitted) << result.reason;
  EXPECT_NEAR(result.fitted->forecast(1)->mean(0), 100 + 72, 8);
}

TEST(AutoArima, TakesRegressorsIntoAccount) {
  auto y = monthly(144);
  Regressors x{{"promotion"}, MatrixXd::Zero(144, 1)};
  for (Index t = 3; t < 144; t += 9) {
    x.values(t, 0) = 1;
    y[static_cast<std::size_t>(t)] += 50;
  }
  const SeriesFit result = fit({.season = 12}, y, x);
  ASSERT_TRUE(result.fitted) << result.reason;
  const auto told = result.fitted->explain();
  EXPECT_NEAR(told.at("regressors").at("promotion").at("coefficient"), 50, 3);
  const Regressors on{{"promotion"}, MatrixXd::Ones(1, 1)};
  const Regressors off{{"promotion"}, MatrixXd::Zero(1, 1)};
  EXPECT_NEAR(result.fitted->forecast(1, on)->mean(0) - result.fitted->forecast(1, off)->mean(0),
              50, 3);
}

TEST(AutoArima, RefitsTheOrderItFound) {
  const auto y = monthly(156);
  const auto model = make_auto_arima({.season = 12});
  const SeriesFit first = fit({.season = 12}, std::span(y).first(132));
  const SeriesFit again = model->refit({kHours, 0, y, {}}, *first.fitted, {});
  ASSERT_TRUE(again.fitted) << again.reason;
  EXPECT_EQ(again.fitted->explain().at("order"), first.fitted->explain().at("order"));
  EXPECT_GT(again.fitted->explain().at("observations"), first.fitted->explain().at("observations"));
}

TEST(AutoArima, AsksForEvidenceOfASeason) {
  const auto y = monthly(300);
  EXPECT_TRUE(fit({.season = 12, .evidence = SeasonTest{12, {}}}, y).fitted);
  const SeriesFit none = fit({.season = 7, .evidence = SeasonTest{7, {}}}, y);
  EXPECT_FALSE(none.fitted);
  EXPECT_EQ(none.reason, "no evidence of a season of 7");
}

/// A season too weak to be worth its profile is none, however significant: as find_seasons says.
TEST(AutoArima, AsksForTheEvidenceThatFindSeasonsAsksFor) {
  Generator generator(11);
  std::vector<double> y;
  for (std::size_t t = 0; t < 6000; ++t) y.push_back((t % 7 == 0 ? 0.25 : 0) + generator.normal());
  EXPECT_LT(season_evidence(y, 7).p_value, 0.005);
  EXPECT_TRUE(find_seasons(y, {7}).empty());
  EXPECT_EQ(fit({.season = 7, .evidence = SeasonTest{7, {}}}, y).reason,
            "no evidence of a season of 7");
}

/// A refit begins at the coefficients found before and must reach the same optimum as one that
/// begins anywhere.
TEST(AutoArima, RefitsToTheOptimum) {
  const auto y = monthly(156);
  const auto model = make_auto_arima({.season = 12});
  const SeriesFit first = fit({.season = 12}, std::span(y).first(132));
  const SeriesFit again = model->refit({kHours, 0, y, {}}, *first.fitted, {});
  ASSERT_TRUE(again.fitted) << again.reason;
  ArimaOptions fresh;
  const auto& found = sarima::parameters_of(*again.fitted);
  fresh.order = found.order;
  fresh.drift = found.regression.size() > 0;
  const SeriesFit anew = make_arima(fresh)->fit({kHours, 0, y, {}}, {});
  EXPECT_NEAR(again.fitted->explain().at("log_likelihood"),
              anew.fitted->explain().at("log_likelihood"), 1e-4);
}

TEST(AutoArima, ATrialTellsNoStandardErrorsAndForecastsTheSame) {
  const auto y = monthly(144);
  const auto model = make_auto_arima({.season = 12});
  FitOptions trial;
  trial.trial = true;
  const SeriesFit tried = model->fit({kHours, 0, y, {}}, trial);
  const SeriesFit whole = model->fit({kHours, 0, y, {}}, {});
  EXPECT_FALSE(tried.fitted->explain().contains("standard_errors"));
  EXPECT_TRUE(whole.fitted->explain().contains("standard_errors"));
  EXPECT_EQ(tried.fitted->forecast(12)->mean(11), whole.fitted->forecast(12)->mean(11));
}

TEST(AutoArima, DifferencesAtMostAsOftenAsAllowed) {
  std::vector<double> y;
  Generator generator(3);
  double slope = 0;
  double level = 0;
  for (int t = 0; t < 200; ++t) y.push_back(level += slope += 0.1 * generator.normal());
  EXPECT_EQ(fit({}, y).fitted->explain().at("order").get<std::string>().substr(3, 1), "2");
  EXPECT_EQ(fit({.max_d = 1}, y).fitted->explain().at("order").get<std::string>().substr(3, 1),
            "1");
}

/// Whoever loads a state need not know what there was to choose from.
TEST(ArimaVariants, AnyChoiceReadsTheStateOfAnother) {
  const auto make = [](const ArimaVariety& variety) {
    return best_on_rolling_origins("AutoARIMA", arima_variants(variety), arima_origins(variety));
  };
  const auto y = monthly(300);
  const auto fitted = make({.seasons = {6, 12}})->fit({kHours, 0, y, {}}, {}).fitted;
  ASSERT_TRUE(fitted);
  const auto loaded = make({})->load(fitted->save(), kHours);
  EXPECT_EQ(loaded->forecast(12)->mean(11), fitted->forecast(12)->mean(11));
  EXPECT_EQ(loaded->explain(), fitted->explain());
}

std::vector<std::string> labels(const ArimaVariety& variety) {
  std::vector<std::string> result;
  for (const Variant& variant : arima_variants(variety)) result.push_back(variant.label);
  return result;
}

TEST(ArimaVariants, AreEverySeasonOnEveryScale) {
  EXPECT_EQ(
      labels({.seasons = {24, 168}}),
      (std::vector<std::string>{"season 24", "season 24, log", "season 168", "season 168, log"}));
  EXPECT_EQ(labels({.seasons = {52}}), (std::vector<std::string>{"season 52", "season 52, log"}));
  EXPECT_EQ(labels({.seasons = {96}}),
            (std::vector<std::string>{"season 96", "season 96, log", "no season, log"}));
  EXPECT_EQ(labels({.seasons = {1440}}).size(), 3U);
  EXPECT_EQ(labels({.seasons = {1}, .transform = Transform::sqrt}),
            (std::vector<std::string>{"no season, sqrt"}));
}

TEST(ArimaVariants, OriginsScoreADayOfValues) {
  EXPECT_EQ(arima_origins({.seasons = {24}, .horizon = 48}).held_out(), 72);
  EXPECT_EQ(arima_origins({.seasons = {24}, .horizon = 1}).windows, 24);
  EXPECT_EQ(arima_origins({.seasons = {52}, .horizon = 13}).held_out(), 26);
  EXPECT_EQ(arima_origins({.seasons = {7}, .horizon = 400}).horizon, 48);
}

}  // namespace
}  // namespace forecart
