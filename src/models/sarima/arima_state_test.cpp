// States that an earlier version saved (tests/golden/arima_state.json,
// docs/formats/arima-state.md): this and every later version must load them and forecast the same
// numbers. With the environment variable FORECART_WRITE_STATE set, writes the states of this
// version to that file instead; only for a new format version, beside the old states.

#include "models/baseline/average.h"
#include "models/sarima/arima.h"
#include "models/transformed.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>

namespace forecart {
namespace {

using Eigen::Index;
using nlohmann::json;

constexpr Index kHorizon = 24;

ModelPtr model(const ArimaOptions& options) {
  return per_series(transformed(make_arima(options), Transform::log), make_window_average(12));
}

ModelPtr airline() {
  return model({SarimaOrder{0, 1, 1, 0, 1, 1, 12}});
}

/// Of the golden case with this id.
std::vector<double> classic_series(const std::string& id) {
  const json all = json::parse(std::ifstream(FORECART_GOLDEN "/arima_classic.json"));
  for (const json& one : all.at("cases")) {
    if (one.at("id") == id) return one.at("y").get<std::vector<double>>();
  }
  return {};
}

/// AirPassengers from 1949-01 on, in thousands, and a step that begins with 1955 and goes on.
struct Passengers {
  Panel panel{Calendar(Frequency::parse("MS"), TimeZone())};
  Covariates covariates;

  Passengers() {
    const Bucket first = panel.calendar().bucket(*parse_instant("1949-01-01", TimeZone()));
    panel.add("AirPassengers", first, classic_series("airpassengers_211_010_12"));
    Eigen::MatrixXd step = Eigen::MatrixXd::Zero(144 + kHorizon, 1);
    step.bottomRows(72 + kHorizon).setOnes();
    covariates.add_shared({"step"}, {first, step});
  }
};

json numbers(const Fitted& fitted, const Covariates& covariates) {
  const Forecast forecast = fitted.forecast(kHorizon, covariates);
  const Predictive& distribution = *forecast.series.front().distribution;
  json result;
  for (Index k = 0; k < kHorizon; ++k) {
    result["mean"].push_back(distribution.mean(k));
    result["low"].push_back(distribution.quantile(k, 0.025));
    result["high"].push_back(distribution.quantile(k, 0.975));
  }
  return result;
}

/// In a steady state; beside a step and harmonics; and after a gap at the end.
json states_of_this_version() {
  const Passengers data;
  const auto plain = airline()->fit(data.panel, {}, {});
  ArimaOptions options{SarimaOrder{1, 0, 1}};
  options.fourier = {{12, 4}};
  const auto regression = model(options)->fit(data.panel, data.covariates, {});
  const auto gap = airline()->fit(data.panel.before_end(Panel::kAll, 1), {}, {});
  gap->update([&] {
    Panel missing(data.panel.calendar());
    missing.add("AirPassengers", data.panel.end() - 1, std::vector<double>{NAN, NAN});
    return missing;
  }());
  json result;
  for (const auto& [name, fitted] :
       {std::pair{"airline", plain.get()}, std::pair{"regression", regression.get()},
        std::pair{"gap", gap.get()}}) {
    result[name] = {{"state", fitted->save()}, {"forecast", numbers(*fitted, data.covariates)}};
  }
  return result;
}

void expect_equal(const json& found, const json& wanted) {
  for (const char* what : {"mean", "low", "high"}) {
    for (std::size_t k = 0; k < kHorizon; ++k) {
      const auto value = wanted.at(what).at(k).get<double>();
      EXPECT_NEAR(found.at(what).at(k).get<double>() / value, 1, 1e-10) << what << ' ' << k;
    }
  }
}

TEST(ArimaState, LaterVersionsForecastTheSame) {
  const std::string path = FORECART_GOLDEN "/arima_state.json";
  if (std::getenv("FORECART_WRITE_STATE") != nullptr) {
    const json head = {
        {"origin",
         "saved states of forecart, ARIMA state version 1, of log AirPassengers (Box, Jenkins; "
         "R datasets 4.2.2, monthly 1949-1960), and the forecasts they gave when they were saved; "
         "made by arima_state_test.cpp"},
        {"tolerance", "means and 2.5 and 97.5 % quantiles of 24 steps: 1e-10 relative"},
        {"states", states_of_this_version()}};
    std::ofstream(path) << head.dump() << '\n';
  }
  const Passengers data;
  const json golden = json::parse(std::ifstream(path));
  ASSERT_EQ(golden.at("states").size(), 3U);
  for (const auto& [name, one] : golden.at("states").items()) {
    SCOPED_TRACE(name);
    const auto fitted = airline()->load(one.at("state"));
    expect_equal(numbers(*fitted, data.covariates), one.at("forecast"));
    const json again = json::parse(fitted->save().dump());
    expect_equal(numbers(*airline()->load(again), data.covariates), one.at("forecast"));
  }
}

TEST(ArimaState, ThisVersionStillFitsLikeTheOneThatSaved) {
  const json golden = json::parse(std::ifstream(FORECART_GOLDEN "/arima_state.json"));
  const json now = states_of_this_version();
  for (const auto& [name, one] : golden.at("states").items()) {
    SCOPED_TRACE(name);
    for (std::size_t k = 0; k < kHorizon; ++k) {
      const auto mean = one["forecast"]["mean"][k].get<double>();
      EXPECT_NEAR(now[name]["forecast"]["mean"][k].get<double>() / mean, 1, 1e-4);
    }
  }
}

}  // namespace
}  // namespace forecart
