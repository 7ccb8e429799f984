#include "models/smoothing/auto_ets.h"

#include "base/error.h"
#include "base/random.h"
#include "models/baseline/average.h"
#include "models/saved_state.h"
#include "models/smoothing/ets_predictive.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace forecart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using ets::Form;

const Calendar kHours;

/// Level 100 with a trend, a season of `m` and noise; `n` values.
std::vector<double> seasonal(std::size_t n, int m, std::uint64_t seed = 5) {
  Generator generator(seed);
  std::vector<double> y;
  for (std::size_t t = 0; t < n; ++t) {
    const double phase = 2 * std::numbers::pi * static_cast<double>(t) / m;
    y.push_back(100 + 0.1 * static_cast<double>(t) + 20 * std::sin(phase) + 3 * generator.normal());
  }
  return y;
}

SeriesFit fit(const AutoEtsOptions& options, std::span<const double> y) {
  return make_auto_ets(options)->fit({kHours, 0, y, {}}, {});
}

std::unique_ptr<FittedSeries> fit_form(const char* form, int season, std::span<const double> y) {
  SeriesFit result = fit({.season_length = season, .form = Form::parse(form)}, y);
  EXPECT_TRUE(result.fitted) << form << ": " << result.reason;
  return std::move(result.fitted);
}

constexpr const char* kEveryKind[] = {"ANN", "AAdN", "MAN", "ANA",  "AAdA", "MNA",
                                      "MNM", "MAdM", "MMN", "MMdM", "ANM"};

TEST(AutoEts, ForecastsASeasonalTrend) {
  const auto y = seasonal(156, 12);
  const SeriesFit result = fit({.season_length = 12}, std::span(y).first(144));
  ASSERT_TRUE(result.fitted) << result.reason;
  const PredictivePtr forecast = result.fitted->forecast(12);
  for (Index k = 0; k < 12; ++k) {
    EXPECT_NEAR(forecast->mean(k), y[static_cast<std::size_t>(144 + k)], 12) << "step " << k;
  }
  const auto told = result.fitted->explain();
  EXPECT_EQ(told.at("season_length"), 12);
  EXPECT_EQ(told.at("search").size(), 15U);
  EXPECT_EQ(told.at("search")[0].at("model"), told.at("model"));
  EXPECT_EQ(told.at("states").at("season").size(), 12U);
}

TEST(AutoEts, TakesSeasonsOfAWeekOfHours) {
  const auto y = seasonal(600, 168);
  const auto fitted = fit_form("AAA", 168, std::span(y).first(520));
  const PredictivePtr forecast = fitted->forecast(80);
  for (Index k = 0; k < 80; k += 13) {
    EXPECT_NEAR(forecast->mean(k), y[static_cast<std::size_t>(520 + k)], 15) << "step " << k;
  }
}

TEST(AutoEts, ScaleOfTheValuesIsScaleOfTheForecast) {
  const auto y = seasonal(120, 12);
  const SeriesFit one = fit({.season_length = 12}, y);
  for (const double factor : {1e-9, 3.7, 1e12}) {
    auto scaled = y;
    for (double& value : scaled) value *= factor;
    const SeriesFit other = fit({.season_length = 12}, scaled);
    ASSERT_TRUE(other.fitted);
    for (Index k = 0; k < 24; ++k) {
      EXPECT_NEAR(other.fitted->forecast(24)->mean(k) / factor, one.fitted->forecast(24)->mean(k),
                  1e-4);
      EXPECT_NEAR(other.fitted->forecast(24)->quantile(k, 0.9) / factor,
                  one.fitted->forecast(24)->quantile(k, 0.9), 1e-3);
    }
  }
}

TEST(AutoEts, MovesOnAsIfTheWholeHistoryWereFiltered) {
  auto y = seasonal(150, 12);
  y[130] = y[131] = y[149] = NAN;
  for (const char* form : kEveryKind) {
    SCOPED_TRACE(form);
    const auto at_once = fit_form(form, 12, std::span(y).first(120));
    const auto in_steps = at_once->clone();
    at_once->update(std::span(y).subspan(120));
    for (std::size_t t = 120; t < 150; ++t) in_steps->update(std::span(y).subspan(t, 1));
    for (Index k = 0; k < 12; ++k) {
      EXPECT_EQ(at_once->forecast(12)->mean(k), in_steps->forecast(12)->mean(k));
      EXPECT_EQ(at_once->forecast(12)->quantile(k, 0.1), in_steps->forecast(12)->quantile(k, 0.1));
    }
  }
}

TEST(AutoEts, MissingValuesAtTheEndAreStepsAhead) {
  const auto y = seasonal(120, 12);
  for (const char* form : kEveryKind) {
    SCOPED_TRACE(form);
    const auto fitted = fit_form(form, 12, y);
    const PredictivePtr before = fitted->forecast(8);
    fitted->update(std::vector<double>(5, NAN));
    const PredictivePtr after = fitted->forecast(3);
    for (Index k = 0; k < 3; ++k) {
      EXPECT_NEAR(after->mean(k), before->mean(k + 5), 1e-9);
      const double width = before->quantile(k + 5, 0.95) - before->quantile(k + 5, 0.05);
      EXPECT_NEAR(after->quantile(k, 0.95) - after->quantile(k, 0.05), width, 0.05 * width);
    }
  }
}

TEST(AutoEts, SavesAndLoads) {
  const auto y = seasonal(120, 12);
  for (const char* form : kEveryKind) {
    SCOPED_TRACE(form);
    const auto fitted = fit_form(form, 12, y);
    fitted->update(std::vector<double>{110, NAN});
    const auto bytes = nlohmann::json::to_cbor(fitted->save());
    const auto loaded = make_auto_ets({})->load(nlohmann::json::from_cbor(bytes), kHours);
    EXPECT_EQ(loaded->explain(), fitted->explain());
    loaded->update(std::vector<double>{120});
    fitted->update(std::vector<double>{120});
    EXPECT_EQ(loaded->forecast(30)->mean(29), fitted->forecast(30)->mean(29));
    EXPECT_EQ(loaded->forecast(30)->quantile(29, 0.9), fitted->forecast(30)->quantile(29, 0.9));
  }
}

TEST(AutoEts, RefusesDamagedAndNewerStates) {
  const auto model = make_auto_ets({});
  const auto state = fit_form("AAA", 12, seasonal(120, 12))->save();
  const auto refused = [&](const nlohmann::json& damaged) {
    try {
      read_state("AutoETS", [&] { return model->load(damaged, kHours); });
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::invalid_value;
  };
  auto damaged = state;
  damaged["version"] = 99;
  EXPECT_EQ(refused(damaged), ErrorCode::newer_version);
  damaged = state;
  damaged["state"]["season"].push_back(1.0);
  EXPECT_EQ(refused(damaged), ErrorCode::bad_data);
  damaged = state;
  damaged["fit"]["parameters"].erase(0);
  EXPECT_EQ(refused(damaged), ErrorCode::bad_data);
  damaged = state;
  damaged["fit"]["form"] = "XYZ";
  EXPECT_EQ(refused(damaged), ErrorCode::bad_data);
  damaged = state;
  damaged["fit"]["unit"] = 0;
  EXPECT_EQ(refused(damaged), ErrorCode::bad_data);
}

TEST(AutoEts, PartsAddUpToTheMean) {
  const auto y = seasonal(120, 12);
  for (const char* form : kEveryKind) {
    SCOPED_TRACE(form);
    const auto fitted = fit_form(form, 12, y);
    fitted->update(std::vector<double>{NAN});
    const PredictivePtr forecast = fitted->forecast(20);
    const Components parts = fitted->components(20);
    EXPECT_EQ(parts.names.front(), "level");
    for (Index k = 0; k < 20; ++k) {
      EXPECT_NEAR(parts.total()[k] / forecast->mean(k), 1, 1e-12);
    }
  }
}

TEST(AutoEts, DrawsHaveTheSpreadOfTheQuantiles) {
  const auto y = seasonal(120, 12);
  for (const char* form : kEveryKind) {
    SCOPED_TRACE(form);
    const PredictivePtr forecast = fit_form(form, 12, y)->forecast(26);
    Generator generator(1);
    MatrixXd paths = forecast->draw(4000, generator);
    for (const Index k : {0, 11, 12, 25}) {
      auto row = paths.row(k);
      std::sort(row.begin(), row.end());
      const double width = forecast->quantile(k, 0.9) - forecast->quantile(k, 0.1);
      EXPECT_NEAR((row[3600] - row[400]) / width, 1, 0.06) << "step " << k;
      EXPECT_NEAR(row.mean(), forecast->mean(k), 0.1 * width) << "step " << k;
    }
  }
}

/// The formulas of the classes against paths of the form itself.
TEST(AutoEts, AnalyticSpreadIsThatOfSimulatedPaths) {
  for (const char* name : {"AAdA", "MAN", "MNA", "MAdM", "MNM"}) {
    SCOPED_TRACE(name);
    const Form form = Form::parse(name);
    const ets::Layout at(form, 4);
    Eigen::VectorXd p(at.size);
    p << 0.3, Eigen::VectorXd::Constant(at.size - 1, 0.1);
    if (at.phi >= 0) p[at.phi] = 0.9;
    p[at.level] = 1;
    if (at.trend >= 0) p[at.trend] = 0.01;
    if (at.season >= 0) {
      p.tail(4) << 0.1, -0.2, 0.2, -0.1;
      if (form.season == ets::Part::multiplicative) p.tail(4).array() += 1;
    }
    const ets::State start(form, 4, p);
    const PredictivePtr forecast = ets::predictive(form, start, {.sigma2 = 0.01}, 16);
    Generator generator(2);
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(16);
    Eigen::VectorXd squares = sum;
    constexpr int kPaths = 20000;
    for (int path = 0; path < kPaths; ++path) {
      ets::State state = start;
      for (Index k = 0; k < 16; ++k) {
        const double f = state.expected();
        const double e = 0.1 * generator.normal();
        const double y = form.multiplicative_error ? f * (1 + e) : f + e;
        state.step(y);
        sum[k] += y / kPaths;
        squares[k] += y * y / kPaths;
      }
    }
    for (const Index k : {0, 3, 4, 15}) {
      const double deviation = std::sqrt(squares[k] - sum[k] * sum[k]);
      const double own = (forecast->quantile(k, 0.975) - forecast->mean(k)) / 1.959964;
      EXPECT_NEAR(own / deviation, 1, 0.03) << "step " << k;
    }
  }
}

TEST(AutoEts, SaysWhyItCannotFit) {
  EXPECT_EQ(fit({}, std::vector<double>(40, 3.0)).reason, "the series does not vary");
  EXPECT_EQ(fit({}, std::vector<double>{1, 2, 4}).reason, "needs more than 4 known values, has 3");
  const std::vector<double> with_zero{3, 0, 4, 5, 6, 2, 4, 8};
  EXPECT_EQ(fit({.form = Form::parse("MNN")}, with_zero).reason,
            "ETS(M,N,N) needs values above zero");
  EXPECT_THROW(make_auto_ets({.season_length = 0}), Error);
  EXPECT_THROW(make_auto_ets({.form = Form::parse("ANA")}), Error);
}

TEST(AutoEts, RefitsTheFormItFound) {
  const auto y = seasonal(156, 12);
  const auto model = make_auto_ets({.season_length = 12});
  const SeriesFit first = fit({.season_length = 12}, std::span(y).first(132));
  const SeriesFit again = model->refit({kHours, 0, y, {}}, *first.fitted, {});
  ASSERT_TRUE(again.fitted) << again.reason;
  EXPECT_EQ(again.fitted->explain().at("model"), first.fitted->explain().at("model"));
  EXPECT_FALSE(again.fitted->explain().contains("search"));
}

/// A small form of the hostile series; the long one is scripts/prove arima-robustness.
TEST(AutoEts, SurvivesHostileSeries) {
  Generator generator(4);
  std::vector<std::vector<double>> all{
      {}, {5}, {1, 2}, {1, NAN, 2}, {0, 0, 0}, {-3, -3}, {1e300, 1e-300, 5, 1e299, 2, 7, 1}};
  for (int kind = 0; kind < 12; ++kind) {
    std::vector<double> y;
    for (int t = 0; t < 60; ++t) {
      const double e = generator.normal();
      const double value[] = {e,
                              1e200 * (2 + e),
                              1e-200 * (2 + e),
                              std::exp(5 * e),
                              generator.uniform() < 0.8 ? 0.0 : 3.0,
                              t == 30 ? 1e6 : 1 + 0.01 * e,
                              std::exp(0.5 * t),
                              static_cast<double>(t),
                              static_cast<double>(t % 4),
                              t % 3 == 0 ? e + 9 : NAN,
                              1e9 + e,
                              -std::exp(e)};
      y.push_back(value[kind]);
    }
    y.front() = std::isnan(y.front()) ? 1 : y.front();
    y.back() = std::isnan(y.back()) ? 1 : y.back();
    all.push_back(y);
  }
  Panel panel(kHours);
  for (std::size_t i = 0; i < all.size(); ++i) panel.add(std::to_string(i), 0, all[i]);
  const auto model = per_series(make_auto_ets({.season_length = 4, .multiplicative_trend = true}),
                                make_window_average(4));
  const auto fitted = model->fit(panel, {}, {.horizon = 24});
  const Forecast forecast = fitted->forecast(24);
  for (std::size_t i = 0; i < all.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_TRUE(std::isfinite(forecast.series[i].distribution->mean(23)));
    EXPECT_TRUE(std::isfinite(forecast.series[i].distribution->quantile(23, 0.975)));
  }
}

}  // namespace
}  // namespace forecart
