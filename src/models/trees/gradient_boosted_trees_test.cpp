#include "models/trees/gradient_boosted_trees.h"

#include "base/error.h"
#include "base/random.h"
#include "models/baseline/average.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>

namespace forecart {
namespace {

using Eigen::Index;
using nlohmann::json;

const double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr std::array kStrategies{trees::Strategy::direct, trees::Strategy::recursive,
                                 trees::Strategy::both};
const Calendar kDaily{Frequency::parse("D"), TimeZone()};

/// Counts of `count` items over `days`, busier at the end of the week.
Panel made_panel(int count, int days, double unit = 1) {
  Generator generator(11);
  Panel panel(kDaily);
  for (int i = 0; i < count; ++i) {
    std::vector<double> values;
    for (int day = 0; day < days; ++day) {
      const double weekday = 0.5 + 0.25 * (day % 7);
      values.push_back(unit * static_cast<double>(generator.poisson((1 + i % 5) * weekday)));
    }
    panel.add(fmt::format("item{}", i), 0, values);
  }
  return panel;
}

ModelPtr model(const std::function<void(TreesOptions&)>& change = {}) {
  TreesOptions options;
  options.season = 7;
  options.horizon = 14;
  options.rounds = 40;
  options.learning_rate = 0.15;
  options.budget = 8000;
  if (change) change(options);
  return make_gradient_boosted_trees(options, make_window_average(7));
}

Eigen::MatrixXd means(const Fitted& fitted, Index horizon, const Covariates& future = {}) {
  const Forecast forecast = fitted.forecast(horizon, future);
  Eigen::MatrixXd result(horizon, std::ssize(forecast.series));
  for (Index i = 0; i < result.cols(); ++i) {
    const auto& series = forecast.series[static_cast<std::size_t>(i)];
    for (Index step = 0; step < horizon; ++step) result(step, i) = series.distribution->mean(step);
  }
  return result;
}

TEST(GradientBoostedTrees, LearnTheShapeOfTheWeekFromAllSeries) {
  const Panel panel = made_panel(20, 210);
  const auto fitted = model()->fit(panel, {}, {});
  const Eigen::MatrixXd mean = means(*fitted, 14);
  double error = 0;
  double flat = 0;
  for (Index i = 0; i < 20; ++i) {
    for (Index step = 0; step < 14; ++step) {
      const double expected =
          static_cast<double>(1 + i % 5) * (0.5 + 0.25 * static_cast<double>((210 + step) % 7));
      error += std::abs(mean(step, i) - expected) / expected;
      flat += std::abs(1.25 * static_cast<double>(1 + i % 5) - expected) / expected;
    }
  }
  EXPECT_LT(error, 0.45 * flat);
  for (const LedgerRow& row : fitted->ledger()) EXPECT_EQ(row.fallback, "");
  EXPECT_EQ(fitted->explain(0).at("objective"), "poisson");
}

TEST(GradientBoostedTrees, TheFutureNeverChangesAForecast) {
  const Panel whole = made_panel(12, 200);
  Panel other(kDaily);
  for (Index i = 0; i < whole.size(); ++i) {
    std::vector<double> values(whole[i].values.begin(), whole[i].values.end());
    for (std::size_t day = 170; day < values.size(); ++day) values[day] = 1000;
    other.add(std::string(whole[i].id), 0, values);
  }
  const auto one = model()->fit(whole.between(0, 170), {}, {});
  const auto two = model()->fit(other.between(0, 170), {}, {});
  EXPECT_EQ(one->save(), two->save());
  EXPECT_EQ(means(*one, 14), means(*two, 14));
}

TEST(GradientBoostedTrees, AreTheSameOnAnyNumberOfThreads) {
  const Panel panel = made_panel(15, 200);
  FitOptions one;
  one.threads = 1;
  FitOptions three;
  three.threads = 3;
  EXPECT_EQ(model()->fit(panel, {}, one)->save(), model()->fit(panel, {}, three)->save());
}

TEST(GradientBoostedTrees, DrawRowsBySeed) {
  const Panel panel = made_panel(15, 200);
  const ModelPtr made =
      model([](TreesOptions& options) { options.strategy = trees::Strategy::direct; });
  FitOptions two;
  two.seed = 2;
  const auto fitted = made->fit(panel, {}, {});
  EXPECT_NE(fitted->save(), made->fit(panel, {}, two)->save());
  EXPECT_NE(fitted->ledger()[0].reason.find("drawn to a budget of 8000"), std::string::npos);
  EXPECT_GE(fitted->explain(0).at("rows").get<Index>(), 7000);
  EXPECT_LE(fitted->explain(0).at("rows").get<Index>(), 8000);
}

TEST(GradientBoostedTrees, ScaleWithTheirValues) {
  const auto one = model()->fit(made_panel(12, 180), {}, {});
  const auto scaled = model()->fit(made_panel(12, 180, 1024), {}, {});
  EXPECT_EQ(1024 * means(*one, 14), means(*scaled, 14));
}

TEST(GradientBoostedTrees, GoOnTheSameAfterSavingAndUpdating) {
  const Panel whole = made_panel(10, 190);
  for (const auto strategy : kStrategies) {
    const ModelPtr made = model([&](TreesOptions& options) { options.strategy = strategy; });
    const auto fitted = made->fit(whole.between(0, 160), {}, {});
    const auto loaded = made->load(json::parse(fitted->save().dump()));
    EXPECT_EQ(means(*fitted, 14), means(*loaded, 14));
    EXPECT_EQ(fitted->save(), loaded->save());
    const auto copy = fitted->clone();
    fitted->update(whole);
    loaded->update(whole.between(150, 175));
    loaded->update(whole.between(175, 190));
    EXPECT_EQ(means(*fitted, 14), means(*loaded, 14));
    EXPECT_NE(means(*fitted, 14), means(*copy, 14));
    EXPECT_EQ(fitted->forecast(1).series[0].first, 190);
  }
}

TEST(GradientBoostedTrees, BothIsTheMeanOfTheTwo) {
  const Panel panel = made_panel(10, 160);
  const auto mean_of = [&](trees::Strategy strategy) {
    const ModelPtr made = model([&](TreesOptions& options) { options.strategy = strategy; });
    return means(*made->fit(panel, {}, {}), 14);
  };
  const Eigen::MatrixXd apart =
      (mean_of(trees::Strategy::direct) + mean_of(trees::Strategy::recursive)) / 2;
  EXPECT_LT((mean_of(trees::Strategy::both) - apart).cwiseAbs().maxCoeff(), 1e-12);
}

TEST(GradientBoostedTrees, TakeTheStrategyThatDidBestAtHeldOutOrigins) {
  const json report = model()->fit(made_panel(20, 210), {}, {})->explain(0);
  const json& scores = report.at("held_out_score");
  ASSERT_EQ(scores.size(), 3U);
  for (const auto& [name, score] : scores.items()) {
    EXPECT_GE(score.get<double>(), scores.at(report.at("strategy").get<std::string>())) << name;
  }
}

TEST(GradientBoostedTrees, SeeSingleLastValuesOnlyOneStepAhead) {
  const Panel panel = made_panel(10, 160);
  const auto sees_last_value = [&](trees::Strategy strategy, Index horizon) {
    const ModelPtr made = model([&](TreesOptions& options) {
      options.strategy = strategy;
      options.horizon = horizon;
    });
    return made->fit(panel, {}, {})->explain(0).at("gain").contains("lag_0");
  };
  EXPECT_FALSE(sees_last_value(trees::Strategy::direct, 14));
  EXPECT_TRUE(sees_last_value(trees::Strategy::recursive, 14));
  EXPECT_TRUE(sees_last_value(trees::Strategy::direct, 1));
}

TEST(GradientBoostedTrees, ReadStatesOfVersionOne) {
  const ModelPtr made =
      model([](TreesOptions& options) { options.strategy = trees::Strategy::recursive; });
  const auto fitted = made->fit(made_panel(10, 160), {}, {});
  json old = fitted->save();
  old["version"] = 1;
  const json forest = old["learnt"]["forests"][0];
  old["learnt"].erase("forests");
  old["learnt"].update(forest);
  EXPECT_EQ(means(*made->load(old), 14), means(*fitted, 14));
}

TEST(GradientBoostedTrees, ReadNamesOfStrategiesAndObjectives) {
  for (const auto strategy : kStrategies) {
    EXPECT_EQ(parse_strategy(trees::name_of(strategy)), strategy);
  }
  EXPECT_EQ(parse_objective("tweedie"), trees::Objective::tweedie);
  EXPECT_EQ(parse_objective("auto"), std::nullopt);
  EXPECT_THROW(parse_strategy("sideways"), Error);
  EXPECT_THROW(parse_objective("gamma"), Error);
}

TEST(GradientBoostedTrees, UpdatedStateIsTheStateOfTheWholeHistory) {
  const Panel whole = made_panel(10, 190);
  const auto early = model()->fit(whole.between(0, 160), {}, {});
  early->update(whole);
  const json whole_state = model()->fit(whole, {}, {})->save();
  const json moved = early->save();
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(moved["series"][i]["state"], whole_state["series"][i]["state"]);
  }
}

TEST(GradientBoostedTrees, IntervalsHoldAndPathsAreJoint) {
  const Panel whole = made_panel(40, 260);
  const auto fitted = model()->fit(whole.between(0, 246), {}, {});
  const Forecast forecast = fitted->forecast(14);
  int inside = 0;
  for (std::size_t i = 0; i < 40; ++i) {
    const Predictive& distribution = *forecast.series[i].distribution;
    for (Index step = 0; step < 14; ++step) {
      const double y = whole[static_cast<Index>(i)].values[static_cast<std::size_t>(246 + step)];
      const double low = distribution.quantile(step, 0.1);
      EXPECT_GE(low, 0);
      EXPECT_LE(low, distribution.quantile(step, 0.9));
      if (low <= y && y <= distribution.quantile(step, 0.9)) ++inside;
    }
  }
  EXPECT_NEAR(inside / (40.0 * 14), 0.8, 0.08);
  const Eigen::MatrixXd draws = forecast.draw(0, 500, 1);
  EXPECT_EQ(draws, forecast.draw(0, 500, 1));
  EXPECT_GE(draws.minCoeff(), 0);
  EXPECT_NEAR(draws.mean(), means(*fitted, 14).col(0).mean(), 0.25);
}

TEST(GradientBoostedTrees, SurviveHostilePanels) {
  Panel panel = made_panel(12, 180);
  const double huge = 1e200;
  panel.add("constant", 0, std::vector<double>(180, 5));
  panel.add("empty", 0, std::vector<double>{});
  panel.add("missing", 0, std::vector<double>(180, kMissing));
  panel.add("short", 0, std::vector<double>{1, 2, 3});
  panel.add("huge", 0, std::vector<double>{huge, 1, huge, 2, huge, 3, huge, 1, 1, huge});
  panel.add("infinite", 0, std::vector<double>(20, std::numeric_limits<double>::infinity()));
  std::vector<double> values(180, 0);
  values[100] = 1;
  panel.add("one sale", 0, values);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = i % 3 == 0 ? kMissing : 1e-200;
  values[9] = 3e-200;
  panel.add("tiny with gaps", 0, values);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = i < 60 && i % 4 == 1 ? 1e90 : 0;
  panel.add("large, then dead", 0, values);
  values.assign(180, 1);
  values[50] = -3;
  panel.add("below zero", 0, values);
  values.assign(30, 2);
  values.front() = 1;
  panel.add("early end", -5000, values);
  const ModelPtr made = model();
  const auto fitted = made->fit(panel, {}, {});
  const auto loaded = made->load(json::from_cbor(json::to_cbor(fitted->save())));
  ASSERT_EQ(std::ssize(fitted->ledger()), panel.size());
  for (const Index horizon : {1, 14, 40}) {
    const Eigen::MatrixXd mean = means(*fitted, horizon);
    for (Index i = 0; i < panel.size(); ++i) {
      EXPECT_TRUE(mean.col(i).allFinite()) << panel[i].id;
    }
    EXPECT_EQ(mean, means(*loaded, horizon));
  }
  const auto row = [&](const char* id) {
    return fitted->ledger()[static_cast<std::size_t>(panel.find(id))];
  };
  for (const char* id :
       {"constant", "empty", "missing", "short", "huge", "infinite", "below zero"}) {
    EXPECT_EQ(row(id).fallback, "WindowAverage") << id;
    EXPECT_NE(row(id).reason, "") << id;
  }
  for (const char* id : {"item0", "one sale", "tiny with gaps", "large, then dead", "early end"}) {
    EXPECT_EQ(row(id).fallback, "") << id;
  }
}

TEST(GradientBoostedTrees, PanelsBelowZeroAreLearntAboutTheirLevel) {
  Generator generator(2);
  Panel panel(kDaily);
  for (int i = 0; i < 8; ++i) {
    std::vector<double> values;
    for (int day = 0; day < 150; ++day) values.push_back(10.0 * (day % 7 - 3) + generator.normal());
    panel.add(fmt::format("series{}", i), 0, values);
  }
  const auto fitted = model()->fit(panel, {}, {});
  EXPECT_EQ(fitted->explain(0).at("objective"), "squared");
  const Eigen::MatrixXd mean = means(*fitted, 7);
  for (Index step = 0; step < 7; ++step) {
    EXPECT_NEAR(mean(step, 0), 10.0 * (static_cast<double>((150 + step) % 7) - 3), 4);
  }
}

TEST(GradientBoostedTrees, WithoutEnoughToLearnFromAllSeriesFallBack) {
  Panel panel(kDaily);
  panel.add("a", 0, std::vector<double>{1, 2, 3, 1, 2, 3, 1, 2, 3, 1});
  const auto fitted = model()->fit(panel, {}, {});
  EXPECT_EQ(fitted->ledger()[0].fallback, "WindowAverage");
  const auto loaded = model()->load(fitted->save());
  EXPECT_EQ(means(*fitted, 3), means(*loaded, 3));
  EXPECT_TRUE(model()->fit(Panel(kDaily), {}, {})->ledger().empty());
}

TEST(GradientBoostedTrees, NewSeriesAreForecastByTheTreesOfTheOthers) {
  const auto fitted = model()->fit(made_panel(10, 160), {}, {});
  Panel more(kDaily);
  std::vector<double> values;
  for (int day = 0; day < 28; ++day) values.push_back(4 * (day % 7));
  more.add("new", 140, values);
  more.add("newer", 160, std::vector<double>{3});
  fitted->update(more);
  ASSERT_EQ(fitted->ledger().size(), 12U);
  EXPECT_EQ(fitted->ledger()[10].fallback, "");
  EXPECT_EQ(fitted->ledger()[11].fallback, "WindowAverage");
  EXPECT_TRUE(means(*fitted, 14).allFinite());
}

/// Sales that double on days of promotion, which are known ahead, and a column that is not.
struct Promoted {
  Panel panel{kDaily};
  Covariates covariates;
};

Promoted promoted(int days, double visits_ahead) {
  Generator generator(6);
  Promoted result;
  result.covariates.names = {"promotion", "visits"};
  result.covariates.past_names = {"visits"};
  result.covariates.values = Eigen::MatrixXd::Zero(days + 30, 2);
  for (Index day = 0; day < days + 30; ++day) {
    result.covariates.values(day, 0) = generator.uniform() < 0.3 ? 1 : 0;
    result.covariates.values(day, 1) = day < days ? generator.normal() : visits_ahead;
  }
  for (int i = 0; i < 10; ++i) {
    std::vector<double> values;
    for (Index day = 0; day < days; ++day) {
      values.push_back(
          static_cast<double>(generator.poisson(10 * (1 + 2 * result.covariates.values(day, 0)))));
    }
    result.panel.add(fmt::format("item{}", i), 0, values);
  }
  return result;
}

TEST(GradientBoostedTrees, SeeWhatIsKnownAheadAndNothingElse) {
  const Promoted data = promoted(200, kMissing);
  const auto fitted = model()->fit(data.panel, data.covariates, {});
  const Eigen::MatrixXd mean = means(*fitted, 14, data.covariates);
  double with = 0;
  double without = 0;
  for (Index step = 0; step < 14; ++step) {
    const bool is_promoted = data.covariates.values(200 + step, 0) == 1;
    (is_promoted ? with : without) = mean(step, 0);
  }
  EXPECT_GT(with, 2 * without);
  const Promoted other = promoted(200, 1e6);  // visits of days that are not over
  EXPECT_EQ(model()->fit(other.panel, other.covariates, {})->save(), fitted->save());
  EXPECT_EQ(means(*fitted, 14, other.covariates), mean);
}

TEST(GradientBoostedTrees, SayWhichRegressorIsMissing) {
  const Promoted data = promoted(200, kMissing);
  const ModelPtr made = model();
  const auto fitted = made->load(made->fit(data.panel, data.covariates, {})->save());
  try {
    fitted->forecast(31, data.covariates);
    ADD_FAILURE() << "the promotion of the 31st day is not known";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_data);
    EXPECT_NE(std::string(error.what()).find("promotion"), std::string::npos);
  }
  EXPECT_THROW(fitted->forecast(3), Error);
}

TEST(GradientBoostedTrees, LearnFromPropertiesOfTheSeries) {
  Promoted data = promoted(120, kMissing);
  data.covariates.statics.columns = {{"shop", {}}};
  for (const std::string& id : data.panel.ids()) {
    data.covariates.statics.cells[id] = Eigen::VectorXd::Constant(1, 3);
  }
  const ModelPtr made = model();
  const auto fitted = made->fit(data.panel, data.covariates, {});
  EXPECT_TRUE(fitted->explain(0).at("gain").contains("shop"));
  EXPECT_EQ(means(*made->load(fitted->save()), 5, data.covariates),
            means(*fitted, 5, data.covariates));
}

TEST(GradientBoostedTrees, ComponentsAddUpToTheMean) {
  const Promoted data = promoted(200, kMissing);
  for (const auto strategy : kStrategies) {
    const ModelPtr made = model([&](TreesOptions& options) { options.strategy = strategy; });
    const auto fitted = made->fit(data.panel, data.covariates, {});
    const Eigen::MatrixXd mean = means(*fitted, 14, data.covariates);
    const std::vector<Components> parts = fitted->components(14, data.covariates);
    ASSERT_EQ(parts.size(), 10U);
    for (std::size_t i = 0; i < 10; ++i) {
      const Eigen::VectorXd total = parts[i].total();
      EXPECT_LT((total - mean.col(static_cast<Index>(i))).cwiseAbs().maxCoeff(),
                1e-9 * mean.maxCoeff());
    }
    if (strategy == trees::Strategy::recursive) continue;
    EXPECT_EQ(parts[0].names.front(), "level");
    const auto at = std::find(parts[0].names.begin(), parts[0].names.end(), "promotion");
    ASSERT_NE(at, parts[0].names.end());
    const Index column = at - parts[0].names.begin();
    for (Index step = 0; step < 14; ++step) {
      const bool is_promoted = data.covariates.values(200 + step, 0) == 1;
      EXPECT_EQ(parts[0].values(step, column) > 0, is_promoted);
    }
  }
}

TEST(GradientBoostedTrees, ImportanceNamesWhatMatters) {
  const Promoted data = promoted(200, kMissing);
  const json report = model()->fit(data.panel, data.covariates, {})->explain(0);
  for (const char* kind : {"gain", "permutation"}) {
    const json& importance = report.at(kind);
    for (const auto& [name, value] : importance.items()) {
      EXPECT_LE(value.get<double>(), importance.at("promotion").get<double>()) << kind << name;
    }
  }
}

TEST(GradientBoostedTrees, RefuseOptionsAndStatesThatCannotBe) {
  EXPECT_THROW(model([](TreesOptions& options) { options.leaves = 1; }), Error);
  EXPECT_THROW(model([](TreesOptions& options) { options.tweedie_power = 2; }), Error);
  const json good = model()->fit(made_panel(10, 120), {}, {})->save();
  const auto code_of = [&](const std::function<void(json&)>& damage) {
    json state = good;
    damage(state);
    try {
      model()->load(state);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::usage;
  };
  EXPECT_EQ(code_of([](json&) {}), ErrorCode::usage);
  EXPECT_EQ(code_of([](json& state) { state["version"] = 99; }), ErrorCode::newer_version);
  EXPECT_EQ(code_of([](json& state) { state["learnt"] = nullptr; }), ErrorCode::bad_data);
  const auto forest = [](json& state) -> json& { return state["learnt"]["forests"][0]; };
  EXPECT_EQ(code_of([&](json& state) { forest(state)["plan"]["lags"].push_back(3); }),
            ErrorCode::bad_data);
  EXPECT_EQ(code_of([&](json& state) { forest(state)["plan"]["windows"][0] = 0; }),
            ErrorCode::bad_data);
  EXPECT_EQ(code_of([&](json& state) { state["learnt"]["forests"].push_back(forest(state)); }),
            ErrorCode::bad_data);
  EXPECT_EQ(code_of([](json& state) { state["learnt"]["forests"] = json::array(); }),
            ErrorCode::bad_data);
  EXPECT_EQ(code_of([](json& state) { state["series"][0]["end"] = INT64_MAX; }),
            ErrorCode::bad_data);
  EXPECT_EQ(code_of([](json& state) { state["series"][0]["state"].erase("tail"); }),
            ErrorCode::bad_data);
}

}  // namespace
}  // namespace forecart
