#include "evaluation/hybrid.h"

#include "base/error.h"
#include "base/random.h"
#include "models/baseline/average.h"
#include "models/lstm/network_method.h"
#include "models/sarima/arima.h"
#include "models/series_model.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace forecart {
namespace {

using Eigen::Index;
using Values = std::vector<double>;

const double kMissing = std::numeric_limits<double>::quiet_NaN();

ModelPtr linear_model() {
  return per_series(make_arima({.order = {.p = 1}}), make_window_average(1));
}

ModelPtr network_model(Index horizon) {
  lstm::NetworkOptions options;
  options.units = 8;
  options.horizon = horizon;
  options.steps = 300;
  return global_model(lstm::make_network_method("LSTM", options), make_window_average(1));
}

ModelPtr hybrid(Index horizon) {
  return make_hybrid({"Hybrid", linear_model(), network_model(horizon), horizon});
}

/// An AR(1) process around `level` whose innovations are `next`, in units of a hundredth of it.
template <class Next>
Values process(std::size_t count, double level, Next next) {
  Values y(count, level);
  for (std::size_t t = 1; t < count; ++t) {
    y[t] = level + 0.5 * (y[t - 1] - level) + 0.01 * level * next();
  }
  return y;
}

/// Innovations of a logistic map: uncorrelated, so nothing for a linear model, and each follows
/// from the one before.
Values chaotic(std::uint64_t seed, std::size_t count, double level) {
  double x = 0.1 + 0.7 * Generator(seed).uniform();
  return process(count, level, [&] {
    x = 3.99 * x * (1 - x);
    return 20 * (x - 0.5);
  });
}

Values noise(std::uint64_t seed, std::size_t count, double level) {
  Generator generator(seed);
  return process(count, level, [&] { return 7 * generator.normal(); });
}

template <class Make>
Panel panel_of(std::size_t series, std::size_t count, Make make) {
  Panel panel{Calendar()};
  for (std::size_t i = 0; i < series; ++i) {
    panel.add("s" + std::to_string(i), 0, make(i + 1, count, std::pow(10.0, i % 3)));
  }
  return panel;
}

FitOptions one_thread() {
  FitOptions options;
  options.threads = 1;
  return options;
}

/// Mean absolute error of one-step forecasts over the last `count` values, in units of the level.
double error_of(const Model& model, const Panel& panel, Index count) {
  const auto fitted = model.fit(panel.before_end(Panel::kAll, count), {}, one_thread());
  double sum = 0;
  for (Index left = count; left > 0; --left) {
    const Panel came = panel.before_end(left, left - 1);
    const Forecast said = fitted->forecast(1);
    for (Index i = 0; i < panel.size(); ++i) {
      const double mean = said.series[static_cast<std::size_t>(i)].distribution->mean(0);
      sum += std::abs(came[i].values[0] - mean) / std::pow(10.0, static_cast<double>(i % 3));
    }
    fitted->update(came);
  }
  return sum / static_cast<double>(count * panel.size());
}

TEST(Hybrid, FindsWhatALinearModelCannotSee) {
  const Panel panel = panel_of(6, 250, chaotic);
  EXPECT_LT(error_of(*hybrid(1), panel, 20), 0.6 * error_of(*linear_model(), panel, 20));
}

TEST(Hybrid, OfNoiseIsAsGoodAsTheLinearModel) {
  const Panel panel = panel_of(6, 250, noise);
  EXPECT_LT(error_of(*hybrid(1), panel, 20), 1.02 * error_of(*linear_model(), panel, 20));
}

TEST(Hybrid, TellsItsParts) {
  const Panel panel = panel_of(3, 250, chaotic);
  const auto fitted = hybrid(1)->fit(panel, {}, one_thread());
  const LedgerRow& row = fitted->ledger()[0];
  EXPECT_EQ(row.model, "Hybrid");
  EXPECT_EQ(row.fallback, "");
  EXPECT_NE(row.chosen.find("ARIMA + "), std::string::npos) << row.chosen;
  EXPECT_NE(row.chosen.find("% of LSTM"), std::string::npos) << row.chosen;
  EXPECT_NE(row.tried.find("held-out origins"), std::string::npos) << row.tried;
  ASSERT_EQ(row.members.size(), 2U);
  EXPECT_EQ(row.members[1].model, "LSTM");
  const nlohmann::json told = fitted->explain(0);
  EXPECT_EQ(told["linear"]["state"]["model"], "ARIMA(1,0,0)");
  EXPECT_FALSE(told["residuals"]["state"].is_null());
  EXPECT_GT(told["share"], 0.5);
  const Components parts = fitted->components(3)[0];
  EXPECT_EQ(parts.names, (std::vector<std::string>{"level", "trend", "network"}));
  const Forecast forecast = fitted->forecast(3);
  EXPECT_LT((parts.total() - means_of(*forecast.series[0].distribution)).cwiseAbs().maxCoeff(),
            1e-12);
  EXPECT_GT(std::abs(parts.values(0, 2)), 0);
}

class MovedOn : public testing::Test {
 protected:
  static constexpr Index kNew = 30;

  void expect_same(const Fitted& a, const Fitted& b) const {
    const Forecast one = a.forecast(2);
    const Forecast other = b.forecast(2);
    for (std::size_t i = 0; i < one.series.size(); ++i) {
      EXPECT_EQ(one.series[i].first, other.series[i].first);
      for (const Index step : {0, 1}) {
        EXPECT_EQ(one.series[i].distribution->quantile(step, 0.9),
                  other.series[i].distribution->quantile(step, 0.9));
      }
    }
  }

  Panel panel_ = [] {
    Panel panel = panel_of(2, 250, chaotic);
    Values gaps = chaotic(9, 250, 1);
    for (const std::size_t t : {20U, 100U, 101U, 230U, 249U}) gaps[t] = kMissing;
    panel.add("gaps", 0, gaps);
    return panel;
  }();
  ModelPtr model_ = hybrid(1);
  std::unique_ptr<Fitted> fitted_ =
      model_->fit(panel_.before_end(Panel::kAll, kNew), {}, one_thread());
};

TEST_F(MovedOn, InPiecesAsAtOnce) {
  const auto pieces = fitted_->clone();
  fitted_->update(panel_);
  for (Index left = kNew; left > 0; left -= 10) pieces->update(panel_.before_end(left, left - 10));
  expect_same(*fitted_, *pieces);
}

TEST_F(MovedOn, AfterItWasSavedAsBefore) {
  const auto loaded =
      model_->load(nlohmann::json::from_cbor(nlohmann::json::to_cbor(fitted_->save())));
  expect_same(*fitted_, *loaded);
  EXPECT_EQ(loaded->explain(2), fitted_->explain(2));
  fitted_->update(panel_);
  loaded->update(panel_);
  expect_same(*fitted_, *loaded);
}

TEST_F(MovedOn, DamagedStatesAreRefusedOrWork) {
  using Pointer = nlohmann::json::json_pointer;
  const nlohmann::json state = fitted_->save();
  ASSERT_FALSE(state["network"].is_null());
  int refused = 0;
  for (const char* part : {"/version", "/frequency", "/zone", "/share", "/way", "/tried", "/linear",
                           "/linear/model", "/linear/state/series", "/network",
                           "/network/series/0/unique_id", "/network/series/0/fallback", "/series",
                           "/series/0", "/series/0/end", "/series/0/followed", "/series/0/alone"}) {
    for (const auto& value : {nlohmann::json(), nlohmann::json(-1), nlohmann::json(INT64_MAX),
                              nlohmann::json(false), nlohmann::json("?")}) {
      nlohmann::json damaged = state;
      damaged[Pointer(part)] = value;
      try {
        const auto loaded = model_->load(damaged);
        loaded->update(panel_);
        for (const SeriesForecast& one : loaded->forecast(2).series) {
          EXPECT_TRUE(std::isfinite(one.distribution->mean(1))) << part << " = " << value;
        }
      } catch (const Error& error) {
        EXPECT_TRUE(error.code() == ErrorCode::bad_data || error.code() == ErrorCode::newer_version)
            << part << " = " << value;
        ++refused;
      }
    }
  }
  EXPECT_GT(refused, 60);
}

TEST_F(MovedOn, FollowsTheResidualOfEachValue) {
  const auto other = fitted_->clone();
  Panel next{Calendar()};
  Panel same{Calendar()};
  const SeriesForecast said = fitted_->forecast(1).series[0];
  next.add("s0", said.first, Values{said.distribution->mean(0) + 0.2});
  same.add("s0", said.first, Values{said.distribution->mean(0)});
  fitted_->update(next);
  other->update(same);
  const double linear = 0.2 * 0.5;  // of an AR(1) process
  const double moved = fitted_->forecast(1).series[0].distribution->mean(0) -
                       other->forecast(1).series[0].distribution->mean(0);
  EXPECT_GT(std::abs(moved - linear), 0.01) << "the network sees it as well";
}

TEST_F(MovedOn, TakesGapsAndNewSeries) {
  Panel recent{Calendar()};
  recent.add("s0", 240, Values{1, 1.1});
  recent.add("new", 240, Values{3, 3});
  fitted_->update(recent);
  const Forecast forecast = fitted_->forecast(2);
  ASSERT_EQ(forecast.series.size(), 4U);
  EXPECT_EQ(forecast.series[0].first, 242);
  EXPECT_EQ(forecast.series[1].first, 220) << "vanished ones stay where they are";
  EXPECT_DOUBLE_EQ(forecast.series[3].distribution->mean(1), 3);
  EXPECT_EQ(fitted_->ledger()[3].fallback, "WindowAverage");
  for (const SeriesForecast& one : forecast.series) {
    EXPECT_TRUE(std::isfinite(one.distribution->mean(1))) << one.id;
  }
}

TEST(Hybrid, LeavesSeriesToTheLinearModelAndSaysSo) {
  Panel panel = panel_of(3, 250, chaotic);
  panel.add("short", 0, chaotic(5, 7, 1));
  panel.add("constant", 0, Values(250, 4.0));
  panel.add("empty", 0, {});
  panel.add("huge", 0, chaotic(6, 250, 1e120));
  const auto fitted = hybrid(1)->fit(panel, {}, one_thread());
  const auto linear = linear_model()->fit(panel, {}, one_thread());
  const std::vector<LedgerRow>& ledger = fitted->ledger();
  EXPECT_EQ(ledger[3].fallback, "ARIMA");
  EXPECT_NE(ledger[3].reason.find("no network: too short"), std::string::npos) << ledger[3].reason;
  EXPECT_EQ(ledger[4].chosen, "ARIMA");
  EXPECT_EQ(ledger[5].fallback, linear->ledger()[5].fallback);
  EXPECT_NE(ledger[6].reason.find("no network"), std::string::npos) << ledger[6].reason;
  for (std::size_t i = 3; i < 7; ++i) {
    EXPECT_EQ(fitted->forecast(2).series[i].distribution->mean(1),
              linear->forecast(2).series[i].distribution->mean(1));
  }
}

TEST(Hybrid, OfTooLittleIsTheLinearModel) {
  const Panel panel = panel_of(2, 30, noise);
  const auto fitted = hybrid(12)->fit(panel, {}, one_thread());
  EXPECT_EQ(fitted->ledger()[0].fallback, "ARIMA");
  EXPECT_EQ(
      fitted->forecast(12).series[0].distribution->mean(5),
      linear_model()->fit(panel, {}, one_thread())->forecast(12).series[0].distribution->mean(5));
}

TEST(Hybrid, NeverGoesBelowZeroForCounts) {
  const auto sales = [](std::uint64_t seed, std::size_t count, double) {
    Values y = chaotic(seed, count, 1);
    for (double& value : y) value = std::max(0.0, std::round(20 * (value - 0.95)));
    return y;
  };
  const auto fitted = hybrid(1)->fit(panel_of(4, 250, sales), {}, one_thread());
  for (const SeriesForecast& one : fitted->forecast(5).series) {
    for (Index step = 0; step < 5; ++step) EXPECT_GE(one.distribution->quantile(step, 0.01), 0);
  }
}

TEST(Hybrid, AStateTellsWhichOfTwoLinearModelsItHas) {
  const auto fitted = hybrid(1)->fit(panel_of(2, 250, chaotic), {}, one_thread());
  HybridParts parts{"Hybrid", per_series(make_window_average(1), make_window_average(1)),
                    network_model(1), 1};
  parts.other_linear = linear_model();
  const ModelPtr model = make_hybrid(parts);
  const auto loaded = model->load(fitted->save());
  EXPECT_EQ(loaded->save(), fitted->save());
  EXPECT_EQ(loaded->explain(0), fitted->explain(0));
  EXPECT_EQ(loaded->clone()->forecast(1).series[1].distribution->mean(0),
            fitted->forecast(1).series[1].distribution->mean(0));
  const auto own = model->fit(panel_of(2, 250, chaotic), {}, one_thread());
  EXPECT_EQ(own->explain(0)["linear"]["model"], "WindowAverage");
  EXPECT_EQ(model->load(own->save())->save(), own->save());
}

TEST(Hybrid, RefusesStatesOfAnotherLinearModel) {
  const auto state = hybrid(1)->fit(panel_of(1, 40, noise), {}, one_thread())->save();
  const ModelPtr other = make_hybrid(
      {"Hybrid", per_series(make_window_average(1), make_window_average(1)), network_model(1), 1});
  try {
    other->load(state);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_data);
  }
}

}  // namespace
}  // namespace forecart
