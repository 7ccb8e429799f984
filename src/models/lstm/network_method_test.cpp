#include "models/lstm/network_method.h"

#include "base/error.h"
#include "base/random.h"
#include "models/baseline/average.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

namespace forecart::lstm {
namespace {

using Eigen::Index;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
const Calendar kDaily{Frequency::parse("D"), TimeZone()};

NetworkOptions small(int layers) {
  NetworkOptions options;
  options.layers = layers;
  options.units = 8;
  options.seasons = {7};
  options.horizon = 7;
  options.steps = 120;
  return options;
}

ModelPtr model_of(const NetworkOptions& options) {
  return global_model(make_network_method(options.layers > 0 ? "LSTM" : "MLP", options),
                      make_window_average(7));
}

/// A week of sales in which each Monday says how the Friday after it will be.
std::vector<double> telling_weeks(std::uint64_t seed, std::size_t count, double level) {
  Generator generator(seed);
  std::vector<double> y(count);
  double told = 1;
  for (std::size_t t = 0; t < count; ++t) {
    if (t % 7 == 0) told = generator.uniform() < 0.5 ? 0.5 : 1.5;
    const double factor = t % 7 == 0 || t % 7 == 4 ? told : 1;
    y[t] = level * factor * (1 + 0.02 * generator.normal());
  }
  return y;
}

Panel panel_of(std::size_t series, std::size_t count) {
  Panel panel(kDaily);
  for (std::size_t i = 0; i < series; ++i) {
    // 1970-01-01 is bucket 0
    panel.add("s" + std::to_string(i), 4, telling_weeks(i + 1, count, std::pow(10.0, i % 4)));
  }
  return panel;
}

double mean_of(const Fitted& fitted, std::size_t series, Index horizon, Index step) {
  return fitted.forecast(horizon).series[series].distribution->mean(step);
}

FitOptions fit_options(unsigned threads = 1) {
  FitOptions options;
  options.threads = threads;
  options.horizon = 7;
  return options;
}

class EveryNetwork : public testing::TestWithParam<int> {
 protected:
  ModelPtr model_ = model_of(small(GetParam()));
};

TEST_P(EveryNetwork, LearnsFromAllSeriesWhatNoneShowsAlone) {
  NetworkOptions options = small(GetParam());
  options.units = 16;
  options.steps = 1500;
  const Panel panel = panel_of(30, 127);  // ends on a Monday, which tells of the Friday
  const auto fitted = model_of(options)->fit(panel, {}, fit_options());
  double right = 0;
  for (std::size_t i = 0; i < 30; ++i) {
    const auto values = panel[static_cast<Index>(i)].values;
    const double level = std::pow(10.0, i % 4);
    const double told = values.back() / level < 1 ? 0.5 : 1.5;
    const double said = mean_of(*fitted, i, 7, 3) / level;
    right += std::abs(said - told) < 0.3 ? 1 : 0;
  }
  EXPECT_GE(right, 27);
}

TEST_P(EveryNetwork, GivesTheSameBytesOnAnyNumberOfThreads) {
  const Panel panel = panel_of(5, 90);
  const auto one = model_->fit(panel, {}, fit_options(1));
  const auto three = model_->fit(panel, {}, fit_options(3));
  EXPECT_EQ(one->save().at("learnt").at("parameters"), three->save().at("learnt").at("parameters"));
}

TEST_P(EveryNetwork, MovesOnWithoutARefitAndSavesItsState) {
  const Panel panel = panel_of(4, 100);
  const auto fitted = model_->fit(panel.between(0, 90), {}, fit_options());
  const auto loaded =
      model_->load(nlohmann::json::from_cbor(nlohmann::json::to_cbor(fitted->save())));
  fitted->update(panel, {});
  loaded->update(panel.between(60, 97), {});  // in two pieces, the first one known in part
  loaded->update(panel.between(97, 104), {});
  const Forecast one = fitted->forecast(20);
  const Forecast other = loaded->forecast(20);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(one.series[i].first, 104);
    for (Index k = 0; k < 20; ++k) {
      EXPECT_EQ(one.series[i].distribution->mean(k), other.series[i].distribution->mean(k));
      EXPECT_EQ(one.series[i].distribution->quantile(k, 0.9),
                other.series[i].distribution->quantile(k, 0.9));
    }
  }
}

TEST_P(EveryNetwork, TheFutureNeverChangesAForecast) {
  const Panel panel = panel_of(4, 100);
  Panel changed(kDaily);
  for (Index i = 0; i < panel.size(); ++i) {
    std::vector<double> values(panel[i].values.begin(), panel[i].values.end());
    for (std::size_t t = 86; t < values.size(); ++t) values[t] *= 3 + static_cast<double>(t);
    changed.add(panel.ids()[static_cast<std::size_t>(i)], panel[i].first, values);
  }
  const auto one = model_->fit(panel.between(0, 90), {}, fit_options());
  const auto other = model_->fit(changed.between(0, 90), {}, fit_options());
  EXPECT_EQ(one->save(), other->save());
}

TEST_P(EveryNetwork, SurvivesEverySeries) {
  constexpr double kHuge = 1e99;
  const std::vector<std::vector<double>> hostile{
      std::vector<double>(60, 7.0),      std::vector<double>(60, 0.0), {1, 2, 3},
      std::vector<double>(60, kMissing), telling_weeks(1, 60, -5),     telling_weeks(2, 60, kHuge),
      telling_weeks(3, 60, 1e-90),       telling_weeks(4, 12, 3)};
  Panel panel(kDaily);
  for (std::size_t i = 0; i < hostile.size(); ++i) {
    panel.add("hostile" + std::to_string(i), 4, hostile[i]);
  }
  std::vector<double> gappy = telling_weeks(5, 80, 10);
  for (std::size_t t = 3; t < gappy.size(); t += 3) gappy[t] = kMissing;
  panel.add("gappy", 4, gappy);
  std::vector<double> zeros(70, 0.0);
  zeros[5] = 4;
  panel.add("one sale", 4, zeros);
  std::vector<double> dead(900, 0.0);  // longer than all that is looked back over
  for (std::size_t t = 0; t < 60; ++t) dead[t] = static_cast<double>(t % 5);
  panel.add("dead", 4, dead);
  const auto fitted = model_->fit(panel, {}, fit_options());
  const Forecast forecast = fitted->forecast(15);
  for (const SeriesForecast& series : forecast.series) {
    for (Index k = 0; k < 15; ++k) {
      const double low = series.distribution->quantile(k, 0.05);
      const double high = series.distribution->quantile(k, 0.95);
      EXPECT_TRUE(std::isfinite(series.distribution->mean(k))) << series.id;
      EXPECT_TRUE(std::isfinite(low) && low <= high && std::isfinite(high)) << series.id;
    }
  }
  for (const LedgerRow& row : fitted->ledger()) {
    EXPECT_EQ(row.fallback.empty(), row.converged) << row.unique_id;
    EXPECT_EQ(row.reason.empty(), row.converged) << row.unique_id << ": " << row.reason;
  }
}

/// Every forecast is a finite number with ordered bounds.
void expect_sane(const Fitted& fitted, Index horizon) {
  for (const SeriesForecast& series : fitted.forecast(horizon).series) {
    for (Index k = 0; k < horizon; ++k) {
      const double low = series.distribution->quantile(k, 0.05);
      const double high = series.distribution->quantile(k, 0.95);
      EXPECT_TRUE(std::isfinite(series.distribution->mean(k))) << series.id;
      EXPECT_TRUE(std::isfinite(low) && low <= high && std::isfinite(high)) << series.id;
    }
  }
}

TEST_P(EveryNetwork, SurvivesSeriesThatStandAlone) {
  std::vector<double> last_only(100, 0.0);
  last_only.back() = 5000;
  std::vector<double> closed(400, kMissing);
  for (std::size_t t = 0; t < 20; ++t) closed[t] = closed[399 - t] = 1 + static_cast<double>(t % 3);
  std::vector<double> brief = telling_weeks(7, 20, 50);
  std::vector<double> outlier = telling_weeks(8, 200, 10);
  outlier.front() = 1e9;
  for (const auto& values : {last_only, closed, brief, outlier}) {
    Panel panel(kDaily);
    panel.add("alone", 4, values);
    expect_sane(*model_->fit(panel, {}, fit_options()), 10);
  }
}

/// A likelihood squares how far an outlier lies.
TEST_P(EveryNetwork, ATrainingThatDivergesIsToldInTheLedger) {
  NetworkOptions options = small(GetParam());
  options.head = HeadKind::gaussian;
  Panel panel = panel_of(3, 120);
  std::vector<double> wild = telling_weeks(3, 120, -5);
  wild[60] = -1e90;
  panel.add("wild", 4, wild);
  const auto fitted = model_of(options)->fit(panel, {}, fit_options());
  for (const LedgerRow& row : fitted->ledger()) {
    EXPECT_NE(row.reason.find("the training diverged"), std::string::npos) << row.reason;
    EXPECT_FALSE(row.fallback.empty());
    EXPECT_FALSE(row.converged);
  }
  expect_sane(*fitted, 9);
}

/// What is pooled is in units of the level, which says nothing about a series that hardly changes.
TEST_P(EveryNetwork, ASeriesWithIntervalsFarBeyondItsRangeFallsBack) {
  Panel panel = panel_of(6, 90);
  std::vector<double> flat = telling_weeks(3, 90, 1);
  for (double& y : flat) y += 1e9;
  panel.add("flat", 4, flat);
  const auto fitted = model_->fit(panel, {}, fit_options());
  for (const LedgerRow& row : fitted->ledger()) {
    const bool runs_away = row.reason.find("wider than 1000 ranges") != std::string::npos;
    EXPECT_EQ(runs_away, row.unique_id == "flat") << row.reason;
    EXPECT_EQ(row.fallback.empty(), row.unique_id != "flat");
  }
  const PredictivePtr told = fitted->forecast(7).series.back().distribution;
  for (Index k = 0; k < 7; ++k) {
    EXPECT_LT(told->quantile(k, 0.975) - told->quantile(k, 0.025), 1000);
    EXPECT_NEAR(told->mean(k), 1e9, 1000);
  }
}

TEST_P(EveryNetwork, ForgetsNothingWhereAllThatIsRememberedIsMissing) {
  Panel panel = panel_of(3, 120);
  std::vector<double> silent(2000, kMissing);
  for (std::size_t t = 0; t < 80; ++t) silent[t] = 5 + static_cast<double>(t % 7);
  panel.add("silent", 4, silent);
  const auto fitted = model_->fit(panel, {}, fit_options());
  expect_sane(*fitted, 9);
  expect_sane(*model_->load(fitted->save()), 9);
}

TEST_P(EveryNetwork, AFewReturnsStopOnlyTheirOwnSeries) {
  Panel panel = panel_of(24, 100);
  std::vector<double> counts(100);
  for (std::size_t t = 0; t < 100; ++t) counts[t] = static_cast<double>(t % 4);
  counts[50] = -1;
  panel.add("returned", 4, counts);
  const auto fitted = model_->fit(panel, {}, fit_options());
  for (const LedgerRow& row : fitted->ledger()) {
    EXPECT_EQ(row.converged, row.unique_id != "returned") << row.reason;
  }
}

TEST_P(EveryNetwork, LittleIsForecastByTheBaseWithItsErrors) {
  Panel panel(kDaily);
  panel.add("brief", 4, telling_weeks(7, 60, 50));
  const auto fitted = model_->fit(panel, {}, fit_options());
  EXPECT_EQ(fitted->explain(0).at("best_step"), 0);
  expect_sane(*fitted, 7);
}

TEST_P(EveryNetwork, BeyondItsHorizonIntervalsGetNoNarrower) {
  const auto fitted = model_->fit(panel_of(5, 300), {}, fit_options());
  const auto width = [&](Index k) {
    const PredictivePtr one = fitted->forecast(70).series.front().distribution;
    return one->quantile(k, 0.9) - one->quantile(k, 0.1);
  };
  for (Index k = 0; k < 7; ++k) EXPECT_GE(width(63 + k), 0.5 * width(k));
}

TEST_P(EveryNetwork, LearnsBesideItemsThatSleep) {
  Panel panel = panel_of(4, 900);
  for (int i = 0; i < 4; ++i) {
    std::vector<double> y(900, 0.0);
    for (std::size_t t = 0; t < 900; t += t < 100 || t > 850 ? 3 : 1) {
      y[t] = t < 100 || t > 850 ? 2 + static_cast<double>(t % 4) : 0;
    }
    panel.add("sleeper" + std::to_string(i), 4, y);
  }
  const auto fitted = model_->fit(panel, {}, fit_options());
  for (const LedgerRow& row : fitted->ledger()) EXPECT_TRUE(row.converged) << row.reason;
}

/// Most days sell nothing, so the least absolute error is that of a base that tells nothing: a head
/// that multiplies it says next to nothing, or twenty times what was sold on the day it repeats.
TEST_P(EveryNetwork, ItemsThatRarelySellAreForecastByTheirMean) {
  Panel panel(kDaily);
  Generator generator(3);
  double sum = 0;
  for (int i = 0; i < 12; ++i) {
    std::vector<double> y(300);
    for (double& value : y) {
      if (generator.uniform() < 0.05) value = 1 + static_cast<double>(generator.below(5));
      sum += value / (12 * 300);
    }
    y.front() = 1;
    panel.add("rare" + std::to_string(i), 4, y);
  }
  const auto fitted = model_->fit(panel, {}, fit_options());
  EXPECT_EQ(fitted->explain(0).at("head"), "negative binomial");
  double told = 0;
  for (const SeriesForecast& series : fitted->forecast(7).series) {
    for (Index k = 0; k < 7; ++k) {
      const double mean = series.distribution->mean(k);
      EXPECT_LT(mean, 5) << series.id;
      EXPECT_LT(series.distribution->quantile(k, 0.975), 100) << series.id;
      told += mean / (12 * 7);
    }
  }
  EXPECT_GT(told, sum / 2);
  EXPECT_LT(told, sum * 2);
}

TEST_P(EveryNetwork, ScalesTenMillionFoldApartAreLearntAlike) {
  Panel panel(kDaily);
  const std::vector<double> y = telling_weeks(1, 100, 1);
  std::vector<double> large = y;
  for (double& value : large) value *= 1e7;
  panel.add("small", 4, y);
  panel.add("large", 4, large);
  const auto fitted = model_->fit(panel, {}, fit_options());
  for (Index k = 0; k < 7; ++k) {
    EXPECT_NEAR(mean_of(*fitted, 1, 7, k), 1e7 * mean_of(*fitted, 0, 7, k),
                1e3 * mean_of(*fitted, 0, 7, k));
  }
}

TEST_P(EveryNetwork, NewSeriesJoin) {
  const auto fitted = model_->fit(panel_of(3, 90), {}, fit_options());
  Panel more(kDaily);
  more.add("new", 50, telling_weeks(9, 44, 100));
  more.add("brief", 92, std::vector<double>{1, 2});
  fitted->update(more, {});
  ASSERT_EQ(fitted->ledger().size(), 5);
  EXPECT_TRUE(fitted->ledger()[3].fallback.empty());
  EXPECT_FALSE(fitted->ledger()[4].fallback.empty());
  EXPECT_GT(mean_of(*fitted, 3, 7, 0), 30);
}

TEST_P(EveryNetwork, WithoutTimeForecastsByTheBaseAndSaysSo) {
  FitOptions options = fit_options();
  options.time_budget = 1e-9;
  const auto fitted = model_->fit(panel_of(4, 100), {}, options);
  for (const LedgerRow& row : fitted->ledger()) {
    EXPECT_TRUE(row.converged);
    EXPECT_NE(row.reason.find("no time to train"), std::string::npos) << row.reason;
  }
  EXPECT_EQ(fitted->explain(0).at("steps"), 0);
  EXPECT_EQ(fitted->explain(0).at("time_budget").at("reproducible"), false);
  expect_sane(*fitted, 9);
}

TEST_P(EveryNetwork, WithTimeEnoughNothingIsLost) {
  FitOptions options = fit_options();
  options.time_budget = 3600;
  const auto fitted = model_->fit(panel_of(4, 100), {}, options);
  const LedgerRow& row = fitted->ledger().front();
  EXPECT_EQ(row.reason, "");
  const auto free = model_->fit(panel_of(4, 100), {}, fit_options());
  EXPECT_EQ(free->save().at("learnt").at("parameters"),
            fitted->save().at("learnt").at("parameters"));
}

TEST_P(EveryNetwork, SaysWhereThereIsTooLittleToTrainOn) {
  const auto fitted = model_->fit(panel_of(1, 40), {}, fit_options());
  EXPECT_NE(fitted->ledger().front().reason.find("too little to train on"), std::string::npos);
  EXPECT_EQ(fitted->ledger().front().fallback, "");
}

TEST_P(EveryNetwork, RefusesDamagedStates) {
  const nlohmann::json state = model_->fit(panel_of(3, 90), {}, fit_options())->save();
  const auto refused = [&](const std::string& pointer, const nlohmann::json& value) {
    nlohmann::json damaged = state;
    damaged[nlohmann::json::json_pointer(pointer)] = value;
    EXPECT_THROW(model_->load(damaged), Error) << pointer;
  };
  refused("/learnt/plan/space", 7);
  refused("/learnt/plan/seasons", nlohmann::json::array());
  refused("/learnt/plan/horizon", 0);
  refused("/learnt/plan/weights", nlohmann::json::array({1}));
  refused("/learnt/head", 9);
  refused("/learnt/shape/trunk", 9);
  refused("/learnt/shape/layers", 3);
  refused("/learnt/parameters", "none");
  refused("/learnt/before", "none");
  refused("/learnt/updates", -1);
  refused("/learnt/until", 1e300);
  refused("/series/0/state/tail", nlohmann::json::array());
  refused("/series/0/end", -1e300);
}

INSTANTIATE_TEST_SUITE_P(All, EveryNetwork, testing::Values(0, 1, 2));

}  // namespace
}  // namespace forecart::lstm
