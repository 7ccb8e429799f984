// Series that leave nothing to estimate, and series whose squares leave the range of double.

#include "base/random.h"
#include "models/sarima/arima.h"
#include "models/sarima/auto_arima.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <functional>
#include <limits>

namespace forecart {
namespace {

using Eigen::Index;
using nlohmann::json;

const Calendar kHours;

/// A value by its number, and the season of the models that see it.
struct Rule {
  const char* name;
  std::function<double(int)> value;
  int season;
};

double pattern(int t) {
  constexpr double kWeek[] = {3, 1, 4, 1.5, 9, 2.6, 5.3};
  return kWeek[t % 7];
}

const Rule kConstant{"constant", [](int) { return 4.2; }, 7};
const Rule kZero{"zero", [](int) { return 0.0; }, 7};
const Rule kLine{"line", [](int t) { return 0.1 * t - 7; }, 7};
const Rule kFalling{"falling line", [](int t) { return 5e4 - 12.7 * t; }, 7};
const Rule kWeekly{"weekly", pattern, 7};
const Rule kGrowing{"weekly on a line", [](int t) { return pattern(t) + 0.3 * t; }, 7};

std::vector<double> values(const Rule& rule, int n) {
  std::vector<double> y;
  for (int t = 0; t < n; ++t) y.push_back(rule.value(t));
  return y;
}

SeriesModelPtr arima(SarimaOrder order) {
  return make_arima({order});
}

/// Models, each with the rules that its differences leave nothing of.
struct Pair {
  SeriesModelPtr model;
  std::vector<Rule> rules;
};

std::vector<Pair> pairs() {
  const std::vector<Rule> lines{kConstant, kZero, kLine, kFalling};
  const std::vector<Rule> weeks{kConstant, kZero, kLine, kFalling, kWeekly, kGrowing};
  return {{arima({1, 0, 1}), {kConstant, kZero}},
          {arima({1, 1, 1}), lines},
          {arima({0, 2, 1}), lines},
          {arima({1, 0, 0, 1, 1, 0, 7}), weeks},
          {arima({1, 1, 1, 0, 1, 1, 7}), weeks},
          {make_auto_arima({.season = 7}), weeks},
          {make_auto_arima({}), lines}};
}

TEST(ExactFit, GoesOnExactlyAndSaysSo) {
  for (const Pair& pair : pairs()) {
    for (const Rule& rule : pair.rules) {
      SCOPED_TRACE(rule.name);
      const auto y = values(rule, 63);
      const SeriesFit result = pair.model->fit({kHours, 5, y, {}}, {});
      ASSERT_TRUE(result.fitted) << result.reason;
      EXPECT_TRUE(result.converged);
      EXPECT_NE(result.reason.find("nothing is left to estimate"), std::string::npos)
          << result.reason;
      const PredictivePtr f = result.fitted->forecast(30);
      for (Index k = 0; k < 30; ++k) {
        const double truth = rule.value(63 + static_cast<int>(k));
        const double scale = std::max(1.0, std::abs(truth));
        EXPECT_NEAR(f->mean(k), truth, 1e-9 * scale) << pair.model->name() << k;
        const double low = f->quantile(k, 0.025);
        const double high = f->quantile(k, 0.975);
        EXPECT_TRUE(low < high || (low == 0 && high == 0)) << k;
        EXPECT_LT(high - low, 1e-6 * std::max(scale, 1e3));
      }
    }
  }
}

TEST(ExactFit, SurvivesGapsSavingAndMovingOn) {
  for (const Rule& rule : {kLine, kWeekly, kGrowing}) {
    SCOPED_TRACE(rule.name);
    auto y = values(rule, 63);
    y[20] = std::numeric_limits<double>::quiet_NaN();
    const SeriesModelPtr model = arima({1, 1, 1, 0, 1, 1, 7});
    SeriesFit result = model->fit({kHours, 5, y, {}}, {});
    ASSERT_TRUE(result.fitted) << result.reason;
    const auto loaded = model->load(json::parse(result.fitted->save().dump()), kHours);
    const auto more = values(rule, 80);
    loaded->update(std::span(more).subspan(63));
    EXPECT_EQ(loaded->save().at("version"), 2) << "older programs would not widen its interval";
    EXPECT_NEAR(loaded->forecast(9)->mean(8), rule.value(88), 1e-4);
  }
}

TEST(ExactFit, ALaterValueOffTheLineWidensTheInterval) {
  const SeriesModelPtr model = arima({0, 1, 1});
  const auto fitted = model->fit({kHours, 0, values(kLine, 60), {}}, {}).fitted;
  ASSERT_TRUE(fitted);
  fitted->update(std::vector<double>{kLine.value(60) + 10});
  const PredictivePtr f = fitted->forecast(1);
  EXPECT_NEAR(f->mean(0), kLine.value(61) + 10, 1e-9) << "the line goes on from there";
  EXPECT_NEAR(f->quantile(0, 0.8413447) - f->mean(0), 10 / std::sqrt(60.0), 1e-3)
      << "one error of 10 in 60 steps";
  const auto loaded = model->load(json::parse(fitted->save().dump()), kHours);
  EXPECT_EQ(loaded->forecast(1)->quantile(0, .9), f->quantile(0, .9));
}

TEST(ExactFit, TooFewValuesAreNoProof) {
  const SeriesFit result =
      arima({1, 0, 0, 0, 1, 0, 7})->fit({kHours, 0, values(kWeekly, 12), {}}, {});
  EXPECT_FALSE(result.fitted);
  EXPECT_NE(result.reason.find("needs at least 14 values"), std::string::npos) << result.reason;
}

TEST(ExactFit, AutoArimaSearchesAnewWhenTheLineHasEnded) {
  const SeriesModelPtr model = make_auto_arima({});
  auto y = values(kLine, 60);
  const auto exact = model->fit({kHours, 0, y, {}}, {});
  ASSERT_TRUE(exact.fitted);
  Generator generator(4);
  for (int t = 0; t < 60; ++t) y.push_back(generator.normal());
  const auto anew = model->refit({kHours, 0, y, {}}, *exact.fitted, {});
  ASSERT_TRUE(anew.fitted) << anew.reason;
  EXPECT_FALSE(anew.fitted->explain().contains("exact"));
}

/// An ARMA series about a mean, with a season, times `factor`.
std::vector<double> noisy(double factor) {
  Generator generator(17);
  std::vector<double> y;
  double error = 0;
  for (int t = 0; t < 140; ++t) {
    error = .6 * error + generator.normal();
    y.push_back(factor * (30 + 2 * pattern(t) + error));
  }
  return y;
}

TEST(ExtremeValues, ScaleTheForecastAndNothingElse) {
  const Regressors none;
  for (const SeriesModelPtr& model :
       {arima({1, 0, 1}), arima({0, 1, 1, 0, 1, 1, 7}), make_auto_arima({.season = 7})}) {
    const auto usual = model->fit({kHours, 0, noisy(1), none}, {}).fitted;
    ASSERT_TRUE(usual);
    for (const int exponent : {1000, 990, -1020, -990}) {  // 2^1000 = 1.07e301
      const double factor = std::ldexp(1, exponent);
      const SeriesFit result = model->fit({kHours, 0, noisy(factor), none}, {});
      ASSERT_TRUE(result.fitted) << result.reason;
      const auto loaded = model->load(json::parse(result.fitted->save().dump()), kHours);
      const auto moved = usual->clone();
      moved->update(std::vector<double>{40, 35});
      loaded->update(std::vector<double>{40 * factor, 35 * factor});
      const PredictivePtr f = loaded->forecast(20);
      const PredictivePtr expected = moved->forecast(20);
      for (Index k = 0; k < 20; ++k) {
        EXPECT_NEAR(f->mean(k) / factor / expected->mean(k), 1, 1e-6) << exponent;
        EXPECT_NEAR(f->quantile(k, .9) / factor / expected->quantile(k, .9), 1, 1e-6);
      }
      EXPECT_NEAR(loaded->components(20, {}).total()[19] / f->mean(19), 1, 1e-9);
      const json told = result.fitted->explain();
      EXPECT_NEAR(told.at("log_likelihood").get<double>(),
                  usual->explain().at("log_likelihood").get<double>() -
                      told.at("observations").get<double>() * std::log(factor),
                  1e-3);
    }
  }
}

}  // namespace
}  // namespace forecart
