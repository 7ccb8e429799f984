#include "models/trees/tree_ensemble.h"

#include "base/error.h"
#include "base/random.h"
#include "models/trees/booster.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <functional>
#include <limits>

namespace forecart::trees {
namespace {

using Eigen::Index;

/// Rows of three columns with a tenth missing; the target is a positive function of them.
TrainingRows made_rows(Index count) {
  Generator generator(7);
  TrainingRows rows{Eigen::MatrixXf(count, 3), Eigen::VectorXf(count), Eigen::VectorXf(count)};
  for (Index i = 0; i < count; ++i) {
    for (Index c = 0; c < 3; ++c) {
      const bool missing = generator.uniform() < 0.1;
      rows.features(i, c) = missing ? std::numeric_limits<float>::quiet_NaN()
                                    : static_cast<float>(generator.normal());
    }
    const float x = std::isnan(rows.features(i, 0)) ? 0.3F : rows.features(i, 0);
    rows.target[i] = std::exp(0.5F * x) + static_cast<float>(generator.uniform());
    rows.weight[i] = static_cast<float>(0.5 + generator.uniform());
  }
  return rows;
}

BoosterOptions small(Objective objective) {
  BoosterOptions options;
  options.objective = objective;
  options.rounds = 30;
  options.leaves = 8;
  options.learning_rate = 0.2;
  options.least_weight = 5;
  return options;
}

class EveryObjective : public testing::TestWithParam<Objective> {};

TEST_P(EveryObjective, PredictsAsXgboostDoes) {
  const TrainingRows rows = made_rows(2000);
  const Booster booster(rows, small(GetParam()));
  const TreeEnsemble trees = booster.ensemble();
  const std::vector<float> expected = booster.predict(rows.features);
  ASSERT_EQ(trees.trees(), 30U);
  for (Index i = 0; i < rows.target.size(); ++i) {
    const Eigen::RowVectorXf row = rows.features.row(i);
    EXPECT_NEAR(trees.predict(row.data()), expected[static_cast<std::size_t>(i)],
                2e-6 * std::abs(expected[static_cast<std::size_t>(i)]));
  }
}

TEST_P(EveryObjective, IsTheSameAfterSaving) {
  const TrainingRows rows = made_rows(500);
  const TreeEnsemble trees = Booster(rows, small(GetParam())).ensemble();
  const TreeEnsemble loaded = TreeEnsemble::load(nlohmann::json::parse(trees.save().dump()));
  for (Index i = 0; i < rows.target.size(); ++i) {
    const Eigen::RowVectorXf row = rows.features.row(i);
    EXPECT_EQ(trees.predict(row.data()), loaded.predict(row.data()));
  }
  EXPECT_EQ(trees.save(), loaded.save());
}

TEST_P(EveryObjective, ContributionsAddUpToTheMargin) {
  const TrainingRows rows = made_rows(500);
  const TreeEnsemble trees = Booster(rows, small(GetParam())).ensemble();
  for (Index i = 0; i < rows.target.size(); ++i) {
    const Eigen::RowVectorXf row = rows.features.row(i);
    EXPECT_NEAR(trees.contributions(row.data()).sum(), trees.margin(row.data()), 1e-5);
  }
}

INSTANTIATE_TEST_SUITE_P(All, EveryObjective,
                         testing::Values(Objective::squared, Objective::poisson,
                                         Objective::tweedie));

TEST(TreeEnsemble, TheColumnThatMattersHasTheGain) {
  const Eigen::VectorXd gain =
      Booster(made_rows(2000), small(Objective::poisson)).ensemble().gain();
  EXPECT_NEAR(gain.sum(), 1, 1e-12);
  EXPECT_GT(gain[0], 0.8);
}

TEST(TreeEnsemble, ShortenedIsWhatStagesSay) {
  const TrainingRows rows = made_rows(500);
  TreeEnsemble trees = Booster(rows, small(Objective::squared)).ensemble();
  std::vector<float> staged(trees.trees());
  const Eigen::RowVectorXf row = rows.features.row(3);
  trees.staged_margins(row.data(), staged);
  trees.shorten(10);
  EXPECT_EQ(trees.trees(), 10U);
  EXPECT_EQ(trees.margin(row.data()), staged[9]);
}

TEST(TreeEnsemble, SameRowsGiveTheSameTrees) {
  const TrainingRows rows = made_rows(3000);
  EXPECT_EQ(Booster(rows, small(Objective::poisson)).ensemble().save(),
            Booster(rows, small(Objective::poisson)).ensemble().save());
}

TEST(TreeEnsemble, RefusesTreesThatNoRowCanWalkThrough) {
  const nlohmann::json good = Booster(made_rows(500), small(Objective::squared)).ensemble().save();
  const auto refused = [&](const std::function<void(nlohmann::json&)>& damage) {
    nlohmann::json state = good;
    damage(state);
    try {
      TreeEnsemble::load(state);
    } catch (const Error& error) {
      return error.code() == ErrorCode::bad_data;
    } catch (const nlohmann::json::exception&) {
      return true;
    }
    return false;
  };
  EXPECT_FALSE(refused([](nlohmann::json&) {}));
  EXPECT_TRUE(refused([](nlohmann::json& state) { state["left"][0] = 1 << 20; }));
  EXPECT_TRUE(refused([](nlohmann::json& state) { state["left"][1] = 1; }));
  EXPECT_TRUE(refused([](nlohmann::json& state) { state["left"][0] = -3; }));
  EXPECT_TRUE(refused([](nlohmann::json& state) { state["feature"][0] = 3; }));
  EXPECT_TRUE(refused([](nlohmann::json& state) { state["roots"][1] = 0; }));
  EXPECT_TRUE(refused([](nlohmann::json& state) { state["value"].erase(0); }));
  EXPECT_TRUE(refused([](nlohmann::json& state) { state["link"] = "logit"; }));
  EXPECT_TRUE(refused([](nlohmann::json& state) { state.erase("gain"); }));
}

}  // namespace
}  // namespace forecart::trees
