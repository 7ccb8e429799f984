// Theta methods. Reference results of R's thetaf and of statsforecast: tests/golden/theta.json,
// made by make_theta.py there.

#include "models/smoothing/theta.h"

#include "base/error.h"
#include "base/random.h"
#include "models/baseline/average.h"
#include "models/saved_state.h"
#include "models/smoothing/fitted_theta.h"
#include "series/golden.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numbers>

namespace forecart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using nlohmann::json;
using theta::kMethods;
using theta::Method;

const Calendar kHours;

const json& theta_golden() {
  static const json kGolden = json::parse(std::ifstream(FORECART_GOLDEN "/theta.json"));
  return kGolden;
}

std::unique_ptr<FittedSeries> fit(Method method, int season, std::span<const double> y) {
  SeriesFit result = make_theta(method, {.season_length = season})->fit({kHours, 0, y, {}}, {});
  EXPECT_TRUE(result.fitted) << result.reason;
  return std::move(result.fitted);
}

/// Level 50 with a trend, a season of 7 and noise.
std::vector<double> weekly(std::size_t n, std::uint64_t seed = 2) {
  Generator generator(seed);
  std::vector<double> y;
  for (std::size_t t = 0; t < n; ++t) {
    const double phase = 2 * std::numbers::pi * static_cast<double>(t) / 7;
    y.push_back(50 + 0.1 * static_cast<double>(t) + 10 * std::sin(phase) + generator.normal());
  }
  return y;
}

// R searches alpha with Nelder and Mead to 1e-8 of its likelihood: means to 1e-4 of themselves.
TEST(ThetaGolden, ClassicForecastsAsR) {
  for (const json& c : theta_golden().at("cases")) {
    const json& r = c.at("r");
    SCOPED_TRACE(r.at("id").get<std::string>());
    const auto fitted = fit(Method::classic, r.at("period"), c.at("y").get<std::vector<double>>());
    const json told = fitted->explain();
    EXPECT_EQ(told.contains("season"), r.at("seasonal_adjusted").get<bool>());
    EXPECT_NEAR(told["parameters"]["alpha"], r.at("alpha"), 1e-3);
    EXPECT_NEAR(told["states"]["slope"].get<double>() / 2, r.at("drift"), 1e-8);
    EXPECT_NEAR(told["sigma2"].get<double>() / r.at("sigma2").get<double>(), 1, 1e-5);
    const auto mean = r.at("mean").get<std::vector<double>>();
    const PredictivePtr forecast = fitted->forecast(std::ssize(mean));
    for (Index k = 0; k < std::ssize(mean); ++k) {
      EXPECT_NEAR(forecast->mean(k) / mean[static_cast<std::size_t>(k)], 1, 1e-4) << "step " << k;
    }
  }
}

// R gives every place of the season the width of the series without it; ours is as wide as the
// place is high.
TEST(ThetaGolden, ClassicIntervalsAsRWithoutSeason) {
  for (const json& c : theta_golden().at("cases")) {
    const json& r = c.at("r");
    SCOPED_TRACE(r.at("id").get<std::string>());
    const auto fitted = fit(Method::classic, r.at("period"), c.at("y").get<std::vector<double>>());
    const auto high = r.at("hi95").get<std::vector<double>>();
    const auto low = r.at("lo95").get<std::vector<double>>();
    const PredictivePtr forecast = fitted->forecast(std::ssize(high));
    const std::size_t season = r.at("period");
    const std::size_t n = c.at("y").size();
    const json told = fitted->explain();
    for (Index k = 0; k < std::ssize(high); ++k) {
      const auto i = static_cast<std::size_t>(k);
      const double unit =
          told.contains("season") ? told["season"]["places"][(n + i) % season].get<double>() : 1;
      const double width = forecast->quantile(k, 0.975) - forecast->quantile(k, 0.025);
      EXPECT_NEAR(width / unit / (high[i] - low[i]), 1, 1e-3) << "step " << k;
    }
  }
}

/// The methods of statsforecast, where its STM and DSTM have theta 2.
Method method_named(const std::string& name) {
  if (name == "DSTM") return Method::dynamic;
  return name == "DOTM" ? Method::dynamic_optimized : Method::optimized;
}

/// The forecast at given parameters, the season taken off and put back.
VectorXd forecast_at(Method method, theta::Parameters p, const std::vector<double>& y, int period) {
  const SeasonFigure season = season_figure(y, period);
  std::vector<double> adjusted = y;
  for (std::size_t t = 0; t < y.size(); ++t) {
    adjusted[t] = season.adjusted(y[t], t % season.length());
  }
  p.line = theta::line_through(adjusted);
  theta::State state(method, p);
  for (const double value : adjusted) state.step(value);
  VectorXd mean(24);
  for (std::size_t k = 0; k < 24; ++k) {
    mean[static_cast<Index>(k)] =
        season.restored(state.expected(), (y.size() + k) % season.length());
    state.step(NAN);
  }
  return mean;
}

TEST(ThetaGolden, RecursionsAsStatsforecastAtItsParameters) {
  for (const json& c : theta_golden().at("cases")) {
    for (const json& s : c.at("statsforecast")) {
      SCOPED_TRACE(c["r"]["id"].get<std::string>() + " " + s["method"].get<std::string>());
      const theta::Parameters p{
          .alpha = s["alpha"], .level = s["level"], .weight = 1 - 1 / s["theta"].get<double>()};
      const VectorXd mean = forecast_at(method_named(s["method"]), p,
                                        c.at("y").get<std::vector<double>>(), c["r"]["period"]);
      EXPECT_LT(distance(mean, s["mean"]), 1e-6 * mean.cwiseAbs().maxCoeff());
    }
  }
}

// statsforecast leaves the first three errors out and searches with Nelder and Mead; on our sum of
// squares, over all errors, its parameters cannot be better than ours.
TEST(ThetaGolden, NoParametersOfStatsforecastAreBetter) {
  for (const json& c : theta_golden().at("cases")) {
    const auto y = c.at("y").get<std::vector<double>>();
    const SeasonFigure season = season_figure(y, c["r"]["period"]);
    std::vector<double> adjusted = y;
    for (std::size_t t = 0; t < y.size(); ++t) {
      adjusted[t] = season.adjusted(y[t], t % season.length());
    }
    for (const json& s : c.at("statsforecast")) {
      if (s["method"] == "STM") continue;  // the classic method here is R's
      SCOPED_TRACE(c["r"]["id"].get<std::string>() + " " + s["method"].get<std::string>());
      const Method method = method_named(s["method"]);
      const theta::Estimate e = theta::estimate(method, adjusted, 0.1);
      theta::State state(method, {.alpha = s["alpha"],
                                  .level = s["level"],
                                  .weight = 1 - 1 / s["theta"].get<double>(),
                                  .line = theta::line_through(adjusted)});
      double sum = 0;
      double count = 0;
      for (const double value : adjusted) {
        if (state.seen() > 0 || !is_dynamic(method)) {
          sum += std::pow(value - state.expected(), 2);
          ++count;
        }
        state.step(value);
      }
      EXPECT_LE(e.mean_square, sum / count * (1 + 1e-9));
    }
  }
}

TEST(SeasonFigure, IsFoundWhereThereIsOne) {
  EXPECT_EQ(season_figure(weekly(70), 7).places.size(), 7U);
  EXPECT_TRUE(season_figure(weekly(14), 7).empty());
  EXPECT_TRUE(season_figure(weekly(70), 1).empty());
  std::vector<double> below_zero = weekly(70);
  for (double& y : below_zero) y -= 55;
  const SeasonFigure adds = season_figure(below_zero, 7);
  EXPECT_FALSE(adds.multiplies);
  EXPECT_NEAR(adds.places[2], 10 * std::sin(4 * std::numbers::pi / 7), 1);
  EXPECT_DOUBLE_EQ(adds.restored(adds.adjusted(3, 2), 2), 3);
}

TEST(Theta, ScaleOfTheValuesIsScaleOfTheForecast) {
  const auto y = weekly(90);
  for (const Method method : kMethods) {
    SCOPED_TRACE(theta::name_of(method));
    const auto one = fit(method, 7, y);
    for (const double factor : {1e-9, 1e9}) {
      auto scaled = y;
      for (double& value : scaled) value *= factor;
      const auto other = fit(method, 7, scaled);
      EXPECT_NEAR(other->forecast(9)->mean(8) / factor, one->forecast(9)->mean(8), 1e-5);
      EXPECT_NEAR(other->forecast(9)->quantile(8, 0.9) / factor, one->forecast(9)->quantile(8, 0.9),
                  1e-4);
    }
  }
}

TEST(Theta, MovesOnAndSavesAndLoads) {
  auto y = weekly(90);
  y[75] = y[76] = y[89] = NAN;
  for (const Method method : kMethods) {
    SCOPED_TRACE(theta::name_of(method));
    const auto at_once = fit(method, 7, std::span(y).first(70));
    auto in_steps = at_once->clone();
    at_once->update(std::span(y).subspan(70));
    for (std::size_t t = 70; t < 90; ++t) {
      in_steps->update(std::span(y).subspan(t, 1));
      const auto bytes = json::to_cbor(in_steps->save());
      in_steps = make_theta(Method::classic, {})->load(json::from_cbor(bytes), kHours);
    }
    EXPECT_NEAR(at_once->forecast(12)->mean(11), in_steps->forecast(12)->mean(11), 1e-9);
    EXPECT_NEAR(at_once->forecast(12)->quantile(11, 0.1), in_steps->forecast(12)->quantile(11, 0.1),
                1e-9);
  }
}

TEST(Theta, MissingValuesAtTheEndAreStepsAhead) {
  const auto y = weekly(70);
  for (const Method method : kMethods) {
    SCOPED_TRACE(theta::name_of(method));
    const auto fitted = fit(method, 7, y);
    const PredictivePtr before = fitted->forecast(12);
    fitted->update(std::vector<double>(5, NAN));
    const PredictivePtr after = fitted->forecast(7);
    for (Index k = 0; k < 7; ++k) {
      EXPECT_NEAR(after->mean(k), before->mean(k + 5), 1e-9);
      EXPECT_NEAR(after->quantile(k, 0.95), before->quantile(k + 5, 0.95), 1e-9);
    }
  }
}

TEST(Theta, DrawsHaveTheSpreadOfTheQuantiles) {
  const auto y = weekly(40);
  for (const Method method : kMethods) {
    SCOPED_TRACE(theta::name_of(method));
    const PredictivePtr forecast = fit(method, 7, y)->forecast(20);
    Generator generator(1);
    MatrixXd paths = forecast->draw(4000, generator);
    for (const Index k : {0, 8, 19}) {
      auto row = paths.row(k);
      std::sort(row.begin(), row.end());
      const double width = forecast->quantile(k, 0.9) - forecast->quantile(k, 0.1);
      EXPECT_NEAR((row[3600] - row[400]) / width, 1, 0.06) << "step " << k;
      EXPECT_NEAR(row.mean(), forecast->mean(k), 0.05 * width) << "step " << k;
    }
  }
}

TEST(Theta, PartsAddUpToTheMean) {
  const auto y = weekly(70);
  for (const Method method : kMethods) {
    const auto fitted = fit(method, 7, y);
    fitted->update(std::vector<double>{NAN});
    const Components parts = fitted->components(16);
    EXPECT_EQ(parts.names, (std::vector<std::string>{"level", "trend", "season_7"}));
    for (Index k = 0; k < 16; ++k) {
      EXPECT_NEAR(parts.total()[k] / fitted->forecast(16)->mean(k), 1, 1e-12);
    }
  }
}

TEST(AutoTheta, ChoosesOnRollingOriginsAndReadsEveryMethod) {
  const auto y = weekly(90);
  const auto model = make_auto_theta({.season_length = 7}, 7);
  const SeriesFit result = model->fit({kHours, 0, y, {}}, {});
  ASSERT_TRUE(result.fitted);
  EXPECT_TRUE(result.fitted->explain().contains("parameters"));
  const auto loaded = make_auto_theta({}, 3)->load(result.fitted->save(), kHours);
  EXPECT_EQ(loaded->forecast(9)->mean(8), result.fitted->forecast(9)->mean(8));
  const SeriesFit brief = model->fit({kHours, 0, std::span(y).first(20), {}}, {});
  ASSERT_TRUE(brief.fitted);
  EXPECT_EQ(brief.fitted->explain()["model"], "DynamicOptimizedTheta");
}

TEST(Theta, RefusesWhatItCannotFitAndDamagedStates) {
  const auto model = make_theta(Method::dynamic, {});
  const auto reason = [&](const std::vector<double>& y) {
    return model->fit({kHours, 0, y, {}}, {}).reason;
  };
  EXPECT_EQ(reason(std::vector<double>(9, 2.0)), "the series does not vary");
  EXPECT_EQ(reason({1, 2, 3}), "needs 5 known values, has 3");
  EXPECT_THROW(make_theta(Method::classic, {.season_length = 0}), Error);
  const json state = fit(Method::dynamic, 7, weekly(70))->save();
  for (const char* part : {"/fit/method", "/fit/alpha", "/fit/season/0", "/place", "/state/seen"}) {
    json damaged = state;
    damaged[json::json_pointer(part)] = -7;
    EXPECT_THROW(read_state("Theta", [&] { return model->load(damaged, kHours); }), Error) << part;
  }
}

TEST(AutoTheta, SurvivesHostileSeries) {
  Generator generator(4);
  Panel panel(kHours);
  for (int kind = 0; kind < 10; ++kind) {
    std::vector<double> y;
    for (int t = 0; t < 60; ++t) {
      const double e = generator.normal();
      const double value[] = {e,
                              1e200 * (2 + e),
                              1e-200 * (2 + e),
                              std::exp(5 * e),
                              generator.uniform() < 0.8 ? 0.0 : 3.0,
                              std::exp(0.5 * t),
                              static_cast<double>(t),
                              static_cast<double>(t % 4),
                              t % 3 == 0 ? e + 9 : NAN,
                              1e9 + e};
      y.push_back(value[kind]);
    }
    y.back() = std::isnan(y.back()) ? 1 : y.back();
    panel.add(std::to_string(kind), 0, y);
  }
  panel.add("one", 0, std::vector<double>{5});
  const auto fitted = per_series(make_auto_theta({.season_length = 4}, 6), make_window_average(4))
                          ->fit(panel, {}, {.horizon = 24});
  for (const SeriesForecast& series : fitted->forecast(24).series) {
    EXPECT_TRUE(std::isfinite(series.distribution->mean(23))) << series.id;
    EXPECT_TRUE(std::isfinite(series.distribution->quantile(23, 0.975))) << series.id;
  }
}

}  // namespace
}  // namespace forecart
