#include "base/error.h"
#include "models/trees/example_trees.h"
#include "models/trees/gradient_boosted_trees.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>

namespace forecart {
namespace {

using trees::example::kStrategies;
using trees::example::made_panel;
using trees::example::means;
using trees::example::model;

using Eigen::Index;
using nlohmann::json;

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
