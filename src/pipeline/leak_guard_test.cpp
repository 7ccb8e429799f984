// Nothing that lies after an origin changes a forecast of that origin, bit for bit: every
// registered model on generated data, through the whole of a backtest, with what is found in the
// data before.
#include "pipeline/leak_scene.h"
#include "series/derived_predictive.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <tuple>

namespace forecart {
namespace {

using Eigen::Index;

/// All forecasts of a model, by series, cutoff and bucket.
using Forecasts = std::map<std::tuple<std::string, Bucket, Bucket>, ScoredPoint>;
/// Makes all forecasts of a scene's origins.
using Forecaster = std::function<std::vector<BacktestRow>(const LeakScene&)>;

Forecasts by_place(const LeakScene& scene, const std::vector<BacktestRow>& rows) {
  Forecasts result;
  for (const BacktestRow& row : rows) {
    result[{std::string(scene.panel[row.series].id), row.cutoff, row.bucket}] = row.point;
  }
  return result;
}

bool same(const ScoredPoint& a, const ScoredPoint& b) {
  return a.mean == b.mean && a.low == b.low && a.high == b.high;
}

/// The first forecast until `cutoff` that differs, in words; empty where all are the same.
std::string first_difference(const Forecasts& before, const Forecasts& after, Bucket cutoff) {
  int compared = 0;
  for (const auto& [place, point] : before) {
    const auto& [id, origin, bucket] = place;
    if (origin > cutoff) continue;
    const auto found = after.find(place);
    if (found == after.end()) return fmt::format("'{}' at {} is gone", id, bucket);
    if (!same(point, found->second)) {
      return fmt::format("'{}', step {} after origin {}: mean {} became {}", id, bucket - origin,
                         origin, point.mean, found->second.mean);
    }
    ++compared;
  }
  return compared > 0 ? "" : "nothing was compared";
}

/// What changed with the future of each origin; empty where nothing did.
std::string leak_of(const Forecaster& forecaster, const LeakScene& scene) {
  const Forecasts before = by_place(scene, forecaster(scene));
  for (const Index origin : {0, 1}) {
    const Bucket cutoff = scene.cutoff(origin);
    const LeakScene changed = changed_after(scene, cutoff, 7 + static_cast<std::uint64_t>(origin));
    const std::string leak =
        first_difference(before, by_place(changed, forecaster(changed)), cutoff);
    if (!leak.empty()) return fmt::format("{}: {}", scene.name, leak);
  }
  return "";
}

/// As `forecart backtest` does.
ModelBacktest proven(const std::string& model, const LeakScene& scene) {
  ModelRegistry registry(scene.models);
  PanelRunOptions options;
  options.models = {model};
  options.backtest = scene.backtest();
  options.covariates = scene.covariates;
  options.availability = scene.availability;
  return std::move(backtest_panel(scene.panel, registry, options).front());
}

/// All scenes; for boosted trees, each fit of which takes a second, counts and what there is to
/// know beside them only.
std::vector<LeakScene> scenes_for(const std::string& model) {
  std::vector<LeakScene> scenes = leak_scenes();
  if (model == "GradientBoostedTrees") {
    std::erase_if(scenes, [](const LeakScene& scene) { return scene.availability == nullptr; });
  }
  return scenes;
}

class LeakGuard : public testing::TestWithParam<std::string> {};

TEST_P(LeakGuard, TheFutureChangesNoForecast) {
  int usable = 0;  // backtests in which the model, and no baseline instead, forecast series "a"
  const auto rows = [&usable](const LeakScene& data) {
    ModelBacktest result = proven(GetParam(), data);
    for (const LedgerRow& row : result.ledger) {
      if (row.unique_id == "a" && row.fallback.empty() && row.reason.empty()) ++usable;
    }
    return std::move(result.rows);
  };
  for (const LeakScene& scene : scenes_for(GetParam())) EXPECT_EQ(leak_of(rows, scene), "");
  EXPECT_GE(usable, 6) << "three backtests of two scenes at least";
}

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const ModelDescription& model : known_models()) names.push_back(model.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Registered, LeakGuard, testing::ValuesIn(model_names()),
                         [](const auto& instance) { return instance.param; });

class PolicyLeakGuard : public testing::TestWithParam<std::string> {};

TEST_P(PolicyLeakGuard, TheFutureChangesNoForecastOfStatesThatArePartlyRefitted) {
  Index refits = 0;
  const auto rows = [&refits](const LeakScene& data) {
    ModelRegistry registry(data.models);
    PanelRunOptions options;
    options.models = {GetParam()};
    options.backtest = data.backtest();
    options.backtest.policy = RetrainingPolicy{};
    options.covariates = data.covariates;
    options.availability = data.availability;
    ModelBacktest result = std::move(backtest_panel(data.panel, registry, options).front());
    refits += result.retraining.refits();
    return std::move(result.rows);
  };
  for (const LeakScene& scene : scenes_for(GetParam())) EXPECT_EQ(leak_of(rows, scene), "");
  EXPECT_GE(refits, 1);
}

INSTANTIATE_TEST_SUITE_P(Registered, PolicyLeakGuard,
                         testing::Values("AutoSelect", "Ensemble", "SeasonalAR", "MSTL", "LSTM"),
                         [](const auto& instance) { return instance.param; });

/// What a leaking model peeks at: given the whole scene, a forecast and a step.
using Peek = std::function<double(const LeakScene&, const SeriesForecast&, Index step)>;

/// Another model whose means have a little of what was peeked at added.
class PeekingFitted final : public Fitted {
 public:
  PeekingFitted(std::unique_ptr<Fitted> inner, const LeakScene& scene, Peek peek)
      : inner_(std::move(inner)), scene_(scene), peek_(std::move(peek)) {}

  Forecast forecast(Index horizon, const Covariates& future) const override {
    Forecast result = inner_->forecast(horizon, future);
    for (SeriesForecast& one : result.series) {
      Eigen::VectorXd means = means_of(*one.distribution);
      for (Index step = 0; step < horizon; ++step) means[step] += 1e-9 * peek_(scene_, one, step);
      one.distribution = with_means(one.distribution, std::move(means));
    }
    return result;
  }
  void update(const Panel& recent, const Covariates& covariates) override {
    inner_->update(recent, covariates);
  }
  std::unique_ptr<Fitted> clone() const override {
    return std::make_unique<PeekingFitted>(inner_->clone(), scene_, peek_);
  }
  nlohmann::json save() const override { return inner_->save(); }
  nlohmann::json explain(Index series) const override { return inner_->explain(series); }
  const std::vector<LedgerRow>& ledger() const override { return inner_->ledger(); }

 private:
  std::unique_ptr<Fitted> inner_;
  const LeakScene& scene_;
  Peek peek_;
};

class PeekingModel final : public Model {
 public:
  PeekingModel(ModelPtr inner, const LeakScene& scene, Peek peek)
      : inner_(std::move(inner)), scene_(scene), peek_(std::move(peek)) {}

  std::string name() const override { return "Peeking"; }
  std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates& covariates,
                              const FitOptions& options) const override {
    return std::make_unique<PeekingFitted>(inner_->fit(panel, covariates, options), scene_, peek_);
  }
  std::unique_ptr<Fitted> load(const nlohmann::json& state) const override {
    return inner_->load(state);
  }

 private:
  ModelPtr inner_;
  const LeakScene& scene_;
  Peek peek_;
};

/// Whether the guard finds the leak in one scene at least.
bool is_found(const Peek& peek) {
  for (const LeakScene& scene : leak_scenes()) {
    const auto leaking = [&](const LeakScene& data) {
      ModelRegistry registry(data.models);
      const PeekingModel model(registry.make("Naive"), data, peek);
      return std::move(backtest(model, data.panel, data.backtest(), data.covariates).rows);
    };
    if (!leak_of(leaking, scene).empty()) return true;
  }
  return false;
}

TEST(LeakGuardItself, FindsEveryKindOfLeak) {
  EXPECT_TRUE(is_found([](const LeakScene& scene, const SeriesForecast& of, Index step) {
    const SeriesView own = scene.panel[scene.panel.find(of.id)];
    return own.values[static_cast<std::size_t>(of.first + step - own.first)];
  })) << "the value itself";
  EXPECT_TRUE(is_found([](const LeakScene& scene, const SeriesForecast&, Index) {
    return scene.panel[scene.panel.find("b")].values.back();
  })) << "another series";
  EXPECT_TRUE(is_found([](const LeakScene& scene, const SeriesForecast&, Index) {
    return static_cast<double>(scene.panel.size());
  })) << "how many series there will be";
  EXPECT_TRUE(is_found([](const LeakScene& scene, const SeriesForecast& of, Index step) {
    const Covariates& known = scene.covariates;
    if (!known.has("weather")) return 0.0;
    const std::vector<std::string> wanted{"weather"};
    return known.of(of.id, wanted, of.first + step, of.first + step + 1).values(0, 0);
  })) << "a column known only afterwards";
  EXPECT_TRUE(is_found([](const LeakScene& scene, const SeriesForecast& of, Index) {
    const Covariates& known = scene.covariates;
    if (!known.has("price")) return 0.0;
    const std::vector<std::string> wanted{"price"};
    const Bucket beyond = of.first + scene.horizon();
    return known.of(of.id, wanted, beyond, beyond + 1).values(0, 0);
  })) << "a known column beyond the horizon";
  EXPECT_TRUE(is_found([](const LeakScene& scene, const SeriesForecast&, Index) {
    if (scene.availability == nullptr || scene.availability->own_past.empty()) return 0.0;
    return scene.availability->own_past.at("a").shares.sum();
  })) << "when things will be sold out";
  EXPECT_FALSE(is_found([](const LeakScene& scene, const SeriesForecast& of, Index) {
    const SeriesView own = scene.panel[scene.panel.find(of.id)];
    return own.values[static_cast<std::size_t>(of.first - 1 - own.first)];
  })) << "the last value known is no leak";
}

}  // namespace
}  // namespace forecart
