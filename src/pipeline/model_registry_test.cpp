// Promises that every registered model keeps, on generated data.
#include "pipeline/model_registry.h"

#include "base/error.h"
#include "base/random.h"
#include "evaluation/backtest.h"
#include "models/net/kernel.h"
#include "pipeline/panel_run.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace forecart {
namespace {

constexpr int kSeason = 12;

ModelOptions options() {
  ModelOptions result;
  result.season_length = kSeason;
  result.possible_seasons = {kSeason};
  result.order = SarimaOrder::parse("1,0,1", "0,1,1,12");
  return result;
}

std::vector<double> seasonal_counts(std::size_t size, std::uint64_t seed) {
  Generator generator(seed);
  std::vector<double> values(size);
  for (std::size_t t = 0; t < size; ++t) {
    const double phase = 2 * M_PI * static_cast<double>(t) / kSeason;
    values[t] = static_cast<double>(generator.poisson(20 + 12 * std::sin(phase)));
  }
  return values;
}

std::vector<double> seasonal_counts_of(double unit) {
  std::vector<double> values = seasonal_counts(100, 8);
  for (double& y : values) y *= unit;
  return values;
}

Panel panel_of(const std::vector<std::vector<double>>& series) {
  Panel panel{Calendar()};
  for (std::size_t i = 0; i < series.size(); ++i) panel.add(std::to_string(i), 0, series[i]);
  return panel;
}

BacktestOptions three_windows() {
  BacktestOptions result;
  result.horizon = 6;
  result.windows = 3;
  result.step = 6;
  result.mase_season = kSeason;
  return result;
}

/// As good as equal beside the largest of the parts.
void expect_parts_add_up(const Components& parts, const Predictive& forecast) {
  const Eigen::VectorXd mean = means_of(forecast);
  const double unit = std::max(1.0, parts.values.cwiseAbs().maxCoeff());
  EXPECT_LT((parts.total() - mean).cwiseAbs().maxCoeff(), 1e-9 * unit);
  EXPECT_EQ(parts.values.rows(), mean.size());
}

class AnyModel : public testing::TestWithParam<std::string> {
 protected:
  ModelBacktest prove(const Panel& panel, const BacktestOptions& how = three_windows()) const {
    ModelRegistry registry(options());
    return backtest(*registry.make(GetParam()), panel, how);
  }
};

class ModelOfOneSeries : public AnyModel {};

TEST_P(AnyModel, IsDescribedWithRegressorsWhereItUsesThem) {
  const auto& models = known_models();
  const auto own = std::find_if(models.begin(), models.end(), [](const ModelDescription& model) {
    return model.name == GetParam();
  });
  ASSERT_NE(own, models.end());
  const bool combines = own->name == "AutoSelect" || own->name == "Ensemble";
  const bool told = own->text.find("with regressors") != std::string::npos;
  EXPECT_EQ(told, !combines && ModelRegistry(options()).make(own->name)->uses_covariates());
}

TEST_P(AnyModel, PartsOfAForecastAddUpToIt) {
  ModelRegistry registry(options());
  const Panel panel = panel_of({seasonal_counts(180, 4), seasonal_counts_of(-3), {1, 2}});
  const auto fitted = registry.make(GetParam())->fit(panel, {}, {});
  const std::vector<Components> parts = fitted->components(14);
  const Forecast forecast = fitted->forecast(14);
  ASSERT_EQ(parts.size(), forecast.series.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    SCOPED_TRACE(i);
    expect_parts_add_up(parts[i], *forecast.series[i].distribution);
  }
}

TEST_P(ModelOfOneSeries, OtherSeriesAndTheirOrderChangeNothing) {
  const auto a = seasonal_counts(150, 5);
  const auto b = seasonal_counts(150, 6);
  const ModelBacktest ab = prove(panel_of({a, b}));
  const ModelBacktest ba = prove(panel_of({b, a}));
  EXPECT_EQ(ab.series[0].mae, ba.series[1].mae);
  EXPECT_EQ(ab.series[1].mae, ba.series[0].mae);
}

TEST_P(AnyModel, ThreadsChangeNothing) {
  const Panel panel =
      panel_of({seasonal_counts(120, 1), seasonal_counts(130, 2), seasonal_counts(140, 3)});
  BacktestOptions one = three_windows();
  one.fit.threads = 1;
  BacktestOptions four = three_windows();
  four.fit.threads = 4;
  const auto state_of = [this](const Panel& data, const BacktestOptions& how) {
    return nlohmann::json::to_cbor(prove(data, how).fitted->save());
  };
  EXPECT_EQ(state_of(panel, one), state_of(panel, four));
}

/// Kernels that sum in the same order give the same bytes; models without a network never notice.
TEST_P(AnyModel, KernelsOfOneOrderChangeNothing) {
  const Panel panel = panel_of({seasonal_counts(120, 1), seasonal_counts(130, 2)});
  const bool network = GetParam() == "LSTM" || GetParam() == "MLP" || GetParam() == "Ensemble" ||
                       GetParam() == "ARIMALSTM";
  const auto rows_with = [&](const net::Kernel<float>& kernel) {
    net::choose_kernel(kernel.name);
    return prove(panel, three_windows()).rows;
  };
  const auto kernels = net::available_kernels();
  const auto expected = rows_with(*kernels.back());
  for (const net::Kernel<float>* kernel : kernels) {
    if (network && kernel->panel != kernels.back()->panel) continue;
    const auto rows = rows_with(*kernel);
    ASSERT_EQ(rows.size(), expected.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      ASSERT_EQ(rows[i].point.mean, expected[i].point.mean) << kernel->name;
      ASSERT_EQ(rows[i].point.low, expected[i].point.low) << kernel->name;
      ASSERT_EQ(rows[i].point.high, expected[i].point.high) << kernel->name;
    }
  }
  net::choose_kernel("");
}

TEST_P(AnyModel, QuantilesAreOrderedAndNeverBelowZeroForCounts) {
  const ModelBacktest result = prove(panel_of({seasonal_counts(150, 7)}));
  for (const BacktestRow& row : result.rows) {
    EXPECT_LE(row.point.low[1], row.point.low[0]);
    EXPECT_LE(row.point.low[0], row.point.high[0]);
    EXPECT_LE(row.point.high[0], row.point.high[1]);
    EXPECT_GE(row.point.low[1], 0);
    EXPECT_GE(row.point.mean, 0);
  }
}

TEST_P(AnyModel, TakesAnySeriesWithoutFailing) {
  std::vector<double> gaps = seasonal_counts(100, 8);
  for (std::size_t t = 10; t < 100; t += 7) gaps[t] = std::nan("");
  const Panel odd = panel_of({{},
                              {5},
                              {1, 2, 3},
                              std::vector<double>(100, 4.0),
                              std::vector<double>(100, 0.0),
                              std::vector<double>(60, std::nan("")),
                              gaps,
                              std::vector<double>(100, 1e300),
                              std::vector<double>(100, 1e-300),
                              seasonal_counts_of(1e300)});
  ModelRegistry registry(options());
  const auto fitted = registry.make(GetParam())->fit(odd, {}, {});
  ASSERT_EQ(fitted->ledger().size(), 10U);
  const Forecast forecast = fitted->forecast(30);
  for (const SeriesForecast& series : forecast.series) {
    for (int step = 0; step < 30; ++step) {
      EXPECT_TRUE(std::isfinite(series.distribution->mean(step))) << series.id;
      EXPECT_TRUE(std::isfinite(series.distribution->quantile(step, 0.1))) << series.id;
      EXPECT_TRUE(std::isfinite(series.distribution->quantile(step, 0.9))) << series.id;
    }
  }
  EXPECT_DOUBLE_EQ(forecast.series[4].distribution->mean(3), 0) << "nothing was ever sold";
  const double constant = GetParam() == "CrostonSBA" ? 3.8 : 4;  // less alpha / 2 by its definition
  EXPECT_NEAR(forecast.series[3].distribution->mean(3), constant, 1e-6) << "constant";
  for (const LedgerRow& row : fitted->ledger()) {
    EXPECT_TRUE(row.fallback.empty() || !row.reason.empty()) << "a fallback says why";
  }
}

TEST_P(AnyModel, SavedStateMovesOnAlike) {
  const auto values = seasonal_counts(150, 9);
  ModelRegistry registry(options());
  const ModelPtr model = registry.make(GetParam());
  const auto fitted = model->fit(panel_of({{values.begin(), values.end() - 10}}), {}, {});
  const auto loaded =
      model->load(nlohmann::json::from_cbor(nlohmann::json::to_cbor(fitted->save())));
  Panel recent{Calendar()};
  recent.add("0", 140, std::span(values).subspan(140));
  fitted->update(recent);
  loaded->update(recent);
  for (int step = 0; step < 12; ++step) {
    EXPECT_EQ(fitted->forecast(12).series[0].distribution->mean(step),
              loaded->forecast(12).series[0].distribution->mean(step));
  }
}

/// Four series of counts; the first of them may bring anything next.
Panel four_series() {
  return panel_of({seasonal_counts(150, 9), seasonal_counts(150, 10), seasonal_counts(150, 11),
                   seasonal_counts(150, 12)});
}

/// A season of the series of four_series, `odd` among it where counts are usual.
Panel next_season(double odd) {
  Panel recent{Calendar()};
  std::vector<double> values = seasonal_counts(kSeason, 13);
  for (const char* id : {"1", "2", "3"}) recent.add(id, 150, values);
  for (const std::size_t t : {3U, 7U}) values[t] = odd;
  recent.add("0", 150, values);
  return recent;
}

void expect_same_forecasts(const Forecast& expected, const Forecast& found) {
  for (std::size_t i = 0; i < expected.series.size(); ++i) {
    const Predictive& one = *expected.series[i].distribution;
    const Predictive& other = *found.series[i].distribution;
    for (Eigen::Index step = 0; step < expected.horizon; ++step) {
      EXPECT_TRUE(std::isfinite(one.mean(step))) << i;
      EXPECT_EQ(one.mean(step), other.mean(step)) << i;
      for (const double level : {0.1, 0.9}) {
        EXPECT_TRUE(std::isfinite(one.quantile(step, level))) << i;
        EXPECT_EQ(one.quantile(step, level), other.quantile(step, level)) << i;
      }
    }
  }
}

/// What a state takes it must be able to read again: nobody knows beforehand what a day brings.
TEST_P(AnyModel, WhateverAnUpdateBringsIsSavedAndRead) {
  ModelRegistry registry(options());
  const ModelPtr model = registry.make(GetParam());
  const auto fitted = model->fit(four_series(), {}, {});
  for (const double odd : {-3.0, 0.0, std::nan(""), 1e12, 1e150, -1e150, 1e300, -1e300, 1e-300}) {
    SCOPED_TRACE(odd);
    const auto moved = fitted->clone();
    ASSERT_NO_THROW(moved->update(next_season(odd)));
    std::unique_ptr<Fitted> loaded;
    ASSERT_NO_THROW(loaded = model->load(moved->save()));
    EXPECT_EQ(loaded->save(), moved->save());
    expect_same_forecasts(moved->forecast(12), loaded->forecast(12));
  }
}

/// Pointers to all parts of a state; of an array only its first element.
void add_pointers(const nlohmann::json& state, const nlohmann::json::json_pointer& at,
                  std::vector<nlohmann::json::json_pointer>& all) {
  all.push_back(at);
  if (state.is_array() && !state.empty()) add_pointers(state[0], at / 0, all);
  if (!state.is_object()) return;
  for (const auto& [key, part] : state.items()) add_pointers(part, at / key, all);
}

TEST_P(AnyModel, DamagedStatesAreRefusedOrWork) {
  ModelRegistry registry(options());
  const ModelPtr model = registry.make(GetParam());
  const auto fitted = model->fit(panel_of({seasonal_counts(150, 9)}), {}, {});
  const nlohmann::json state = fitted->save();
  std::vector<nlohmann::json::json_pointer> pointers;
  add_pointers(state, nlohmann::json::json_pointer(), pointers);
  int refused = 0;
  for (const auto& pointer : pointers) {
    for (const auto& value :
         {nlohmann::json(), nlohmann::json(-1), nlohmann::json(INT64_MAX), nlohmann::json::array(),
          nlohmann::json::object(), nlohmann::json("?")}) {
      nlohmann::json damaged = state;
      damaged[pointer] = value;
      try {
        const auto loaded = model->load(damaged);
        for (const auto& series : loaded->forecast(12).series)
          series.distribution->quantile(5, 0.9);
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::bad_data) << pointer << " = " << value;
        ++refused;
      }
    }
  }
  EXPECT_GT(refused, std::ssize(pointers));
}

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const ModelDescription& model : known_models()) names.push_back(model.name);
  return names;
}

/// Those that learn from one series at a time.
std::vector<std::string> names_of_one() {
  std::vector<std::string> names = model_names();
  std::erase_if(
      names, [](const std::string& name) { return ModelRegistry(options()).make(name)->pools(); });
  return names;
}

INSTANTIATE_TEST_SUITE_P(Registered, ModelOfOneSeries, testing::ValuesIn(names_of_one()),
                         [](const auto& instance) { return instance.param; });
INSTANTIATE_TEST_SUITE_P(Registered, AnyModel, testing::ValuesIn(model_names()),
                         [](const auto& instance) { return instance.param; });

TEST(ModelRegistry, RefusesUnknownNames) {
  ModelRegistry registry(options());
  for (const auto* name : {"", "Arima", "Oracle"}) {
    try {
      registry.make(name);
      ADD_FAILURE() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::unknown_name);
    }
  }
  ModelOptions circular = options();
  circular.members = {"Ensemble"};
  EXPECT_THROW(ModelRegistry{circular}, Error);
  circular.members = {};
  EXPECT_THROW(ModelRegistry{circular}, Error);
}

TEST(ModelRegistry, MakesEveryModelWithoutAnySeason) {
  ModelOptions which = options();
  which.frequency = Frequency::parse("YS");
  which.season_length = 1;
  which.possible_seasons = {};
  ModelRegistry registry(which);
  for (const ModelDescription& model : known_models()) EXPECT_NO_THROW(registry.make(model.name));
}

TEST(ModelRegistry, HandsTheSeasonToAllSeasonalModels) {
  ModelOptions which = options();
  which.season_length = 7;
  ModelRegistry registry(which);
  const auto fitted =
      registry.make("WindowAverage")->fit(panel_of({{1, 2, 3, 4, 5, 6, 7, 8}}), {}, {});
  EXPECT_EQ(fitted->forecast(1).series[0].distribution->mean(0), 5);  // of the last seven
}

TEST(AutoSelect, ItemsThatJoinLaterBorrowFromTheOthers) {
  std::vector<std::vector<double>> items;
  for (std::uint64_t i = 0; i < 6; ++i) items.push_back(seasonal_counts(240, 40 + i));
  Panel known = panel_of(items);
  known.add("late", 0, std::vector<double>(240, NAN));
  ModelRegistry registry(options());
  const auto fitted = registry.make("AutoSelect")->fit(known, {}, {});
  Panel recent{Calendar()};
  recent.add("late", 240, std::vector<double>{20, 26, 30});  // the season starts to rise
  recent.add("new", 240, std::vector<double>{20, 26, 30});
  fitted->update(recent);
  const Forecast forecast = fitted->forecast(12);
  ASSERT_EQ(forecast.series.size(), 8U);
  for (const std::size_t i : {6U, 7U}) {
    const SeriesForecast& joined = forecast.series[i];
    EXPECT_EQ(joined.id, i == 6 ? "late" : "new");
    EXPECT_GT(joined.distribution->mean(1), 25) << joined.id;  // 244: near the top of the season
    EXPECT_LT(joined.distribution->mean(6), 15) << joined.id;  // 249: near its bottom
  }
}

TEST(LedgerTable, CountsEveryFitOnce) {
  PanelRunOptions how;
  how.backtest = three_windows();
  ModelOptions which = options();
  which.members = {"SeasonalNaive", "HistoricAverage"};
  const Panel panel = panel_of({seasonal_counts(100, 1)});
  const auto run = [&](std::vector<std::string> models) {
    how.models = std::move(models);
    ModelRegistry registry(which);
    return backtest_panel(panel, registry, how);
  };
  const auto both = run({"SeasonalNaive", "Ensemble"});
  const double naive = both[0].fit_seconds;
  const double average = both[1].member_seconds.at("HistoricAverage");
  EXPECT_DOUBLE_EQ(both[1].fit_seconds, naive + average) << "the leaderboard names all it needs";
  EXPECT_DOUBLE_EQ(fit_seconds_counted_once(both), naive + average);
  const Table table = ledger_table(both, {0, both.front().ledger.size()});
  const auto& column = std::get<std::vector<double>>(table.columns().back().values);
  EXPECT_DOUBLE_EQ(column[0], 1000 * (naive + average));
  const auto alone = run({"Ensemble"});
  EXPECT_DOUBLE_EQ(fit_seconds_counted_once(alone), alone[0].fit_seconds);
}

TEST(RunPanel, GivesFewerWindowsToAShortHistory) {
  PanelRunOptions how;
  how.models = {"SeasonalNaive", "ARIMA"};
  how.backtest = three_windows();
  how.backtest.windows = 8;
  ModelRegistry registry(options());
  const PanelRun run = run_panel(panel_of({seasonal_counts(60, 1)}), registry, how);
  EXPECT_EQ(run.windows, 5);
  EXPECT_TRUE(run.refitted);
  EXPECT_EQ(run.forecasts[1].forecast.series[0].first, 60);
}

TEST(RunPanel, OfOneValueForecastsWithoutProof) {
  PanelRunOptions how;
  how.models = {"ARIMA"};
  how.backtest = three_windows();
  ModelRegistry registry(options());
  const PanelRun run = run_panel(panel_of({{7}}), registry, how);
  EXPECT_EQ(run.windows, 0);
  EXPECT_EQ(run.results[0].ledger[0].fallback, "WindowAverage");
  EXPECT_DOUBLE_EQ(run.forecasts[0].forecast.series[0].distribution->mean(0), 7);
}

TEST(RunPanel, FitsAnewWhereAnySeriesIsNew) {
  PanelRunOptions how;
  how.models = {"SeasonalNaive", "Ensemble"};
  how.backtest = three_windows();
  ModelOptions which = options();
  which.members = {"SeasonalNaive", "HistoricAverage"};
  ModelRegistry registry(which);
  Panel panel = panel_of({seasonal_counts(400, 1)});
  panel.add("new", 384, std::vector<double>(16, 3.0));
  panel.add("empty", 400, {});
  const PanelRun run = run_panel(panel, registry, how);
  EXPECT_EQ(run.windows, 3);
  EXPECT_TRUE(run.refitted);
  EXPECT_EQ(run.results[0].ledger[1].rows_used, 16);
  EXPECT_EQ(run.results[0].ledger[1].fallback, "");
  EXPECT_DOUBLE_EQ(run.forecasts[0].forecast.series[1].distribution->mean(0), 3);
  const auto explained = run.results[1].fitted->explain(0);
  EXPECT_NE(explained[0]["weight"], explained[1]["weight"]) << "the evidence is kept";
  EXPECT_EQ(run.results[1].ledger[0].rows_used, 400);
}

TEST(RunPanel, MovesTheStateOnAfterALongHistory) {
  PanelRunOptions how;
  how.models = {"SeasonalNaive"};
  how.backtest = three_windows();
  ModelRegistry registry(options());
  const auto values = seasonal_counts(400, 1);
  const PanelRun run = run_panel(panel_of({values}), registry, how);
  EXPECT_FALSE(run.refitted);
  EXPECT_EQ(run.forecasts[0].forecast.series[0].first, 400);
  EXPECT_EQ(run.forecasts[0].forecast.series[0].distribution->mean(0), values[388]);
}

}  // namespace
}  // namespace forecart
