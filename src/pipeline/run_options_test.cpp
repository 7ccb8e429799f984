#include "pipeline/run_options.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

using nlohmann::json;

json manifest_with(const RunRequest& request) {
  return {{"dataset", request.dataset},
          {"seed", request.choice.seed},
          {"kernel", request.choice.kernel},
          {"options", options_json(request)}};
}

TEST(RunOptions, AManifestGivesBackTheUsualRequest) {
  RunRequest request;
  request.dataset = "orders";
  const json manifest = manifest_with(request);
  const RunRequest again = request_of(manifest);
  EXPECT_EQ(manifest_with(again), manifest);
  EXPECT_TRUE(again.choice.models.empty());
  EXPECT_FALSE(again.horizon);
}

TEST(RunOptions, AManifestGivesBackEveryOption) {
  RunRequest request;
  request.dataset = "orders";
  request.horizon = 48;
  request.keep_partial = true;
  ModelChoice& choice = request.choice;
  choice.models = {"ARIMA", "MLP"};
  choice.order = "2,1,0";
  choice.seasonal_order = "0,1,1,7";
  choice.drift = true;
  choice.fourier = {"168:3"};
  choice.transform = parse_transform("boxcox:0.3");
  choice.root_rule = true;
  choice.strategy = trees::Strategy::recursive;
  choice.objective = trees::Objective::tweedie;
  choice.network.head = lstm::parse_head("student");
  choice.network.layers = 2;
  choice.network.units = 32;
  choice.network.dropout = .25;
  choice.network.direct = 7;
  choice.network.steps = 100;
  choice.time_budget = 12;
  choice.warm_start = true;
  choice.season_length = 7;
  choice.members = {"Naive"};
  choice.windows = 3;
  choice.step = 5;
  choice.refit = 2;
  choice.levels = {50, 97.5};
  choice.seed = 9'000'000'000'000'000'001U;
  choice.kernel = "portable";
  const json manifest = manifest_with(request);
  const RunRequest again = request_of(json::parse(manifest.dump()));
  EXPECT_EQ(manifest_with(again), manifest);
  EXPECT_EQ(again.choice.network.units, 32);
  EXPECT_EQ(again.choice.seed, choice.seed);
  EXPECT_EQ(again.choice.transform, choice.transform);
  EXPECT_EQ(*again.horizon, 48);
}

TEST(RunOptions, ManifestsOfOlderProgramsMayTellLess) {
  const json manifest{{"dataset", "orders"},
                      {"seed", 1},
                      {"kernel", "avx2"},
                      {"options", {{"models", "default"}, {"windows", 4}}}};
  EXPECT_EQ(request_of(manifest).choice.windows, 4);
}

}  // namespace
}  // namespace forecart
