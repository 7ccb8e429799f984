#include "models/trees/learner.h"

#include "base/parallel.h"
#include "models/saved_state.h"
#include "models/trees/held_out.h"
#include "models/trees/importance.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace forecart::trees {

namespace {

using Eigen::Index;
using nlohmann::json;

/// Rows without which there is nothing to learn.
constexpr std::int64_t kLeastRows = 200;
/// Forecast steps that are compared at held-out origins, and rows for the importance of columns.
constexpr Index kHeldOutRows = 400'000;
constexpr Index kImportanceRows = 5'000;
/// Errors that share a stretch of the horizon.
constexpr Index kStretchErrors = 200;

/// What one strategy did at the held-out origins.
struct Trial {
  Strategy strategy = Strategy::direct;
  std::size_t size = 0;
  HeldOutErrors errors;
  json importance;
};

json by_name(const FeaturePlan& plan, const Eigen::VectorXd& values) {
  std::vector<std::string> names = plan.origin_names();
  for (std::string& name : plan.target_names()) names.push_back(std::move(name));
  json result = json::object();
  for (std::size_t i = 0; i < names.size(); ++i) {
    result[names[i]] = values[static_cast<Index>(i)];
  }
  return result;
}

class Learner {
 public:
  Learner(const LearningPanel& panel, const FeaturePlan& plan, const TreesOptions& options,
          const FitOptions& fit)
      : panel_(panel),
        plan_(plan),
        options_(options),
        fit_(fit),
        writer_(plan_, panel.calendar),
        horizon_(std::max(options.horizon, fit.horizon)) {}

  LearningOutcome learn() {
    const auto held_out = held_out_origins(panel_, horizon_);
    if (!held_out) {
      return {nullptr,
              fmt::format("the longest series is too short to hold out {} steps", horizon_)};
    }
    const Draw first = draw(Strategy::direct, held_out->values());
    if (first.drawn < kLeastRows) {
      return {nullptr,
              fmt::format("{} rows to learn from, {} are needed", first.drawn, kLeastRows)};
    }
    const std::vector<Strategy> tried = strategies();
    std::vector<Trial> trials(tried.size());
    parallel_for(tried.size(), panel_.threads,
                 [&](std::size_t i) { trials[i] = attempt(tried[i], *held_out); });
    std::optional<Trial> best;
    json scores = json::object();
    for (Trial& trial : trials) {
      if (trial.errors.paths.empty()) continue;
      scores[name_of(trial.strategy)] = trial.errors.score;
      if (!best || trial.errors.score < best->errors.score) best = std::move(trial);
    }
    if (!best) return {nullptr, "no series has values at the held-out origins"};
    return {finish(*best, std::move(scores), *held_out), ""};
  }

 private:
  std::vector<Strategy> strategies() const {
    if (options_.strategy) return {*options_.strategy};
    if (horizon_ == 1) return {Strategy::direct};
    return {Strategy::direct, Strategy::recursive};
  }

  /// Steps that the trees of a strategy look ahead.
  Index reach(Strategy strategy) const { return strategy == Strategy::direct ? horizon_ : 1; }

  Objective objective() const {
    if (options_.objective) return *options_.objective;
    return plan_.centred ? Objective::squared : Objective::poisson;
  }

  Draw draw(Strategy strategy, Index held_out) const {
    return draw_samples(panel_, {held_out, reach(strategy), budget(), fit_.seed});
  }

  std::int64_t budget() const {
    return std::max(options_.budget, options_.rows_per_series * std::ssize(panel_.subjects));
  }

  TreeEnsemble train(const Samples& samples, std::size_t rounds) const {
    BoosterOptions how;
    how.objective = objective();
    how.tweedie_power = options_.tweedie_power;
    how.rounds = static_cast<int>(rounds);
    how.leaves = options_.leaves;
    how.learning_rate = options_.learning_rate;
    how.threads = options_.threads;
    how.seed = fit_.seed;
    TrainingRows rows = make_rows(panel_, writer_, samples);
    if (how.objective != Objective::squared) rows.target = rows.target.cwiseMax(0);
    how.least_weight = std::clamp(static_cast<double>(rows.target.size()) / 2000, 5.0, 200.0);
    return Booster(rows, how).ensemble();
  }

  Trial attempt(Strategy strategy, const HeldOut& held_out) const {
    Trial trial;
    trial.strategy = strategy;
    TreeEnsemble trees =
        train(draw(strategy, held_out.values()).samples, static_cast<std::size_t>(options_.rounds));
    const auto subjects = held_out_subjects(panel_, held_out, kHeldOutRows);
    const TrainingRows rows =
        make_rows(panel_, writer_, held_out_samples(panel_, held_out, subjects, reach(strategy)));
    trial.size = best_size(trees, rows, panel_.threads);
    trees.shorten(trial.size);
    trial.importance = by_name(
        plan_, permutation_importance(trees, rows, kImportanceRows, fit_.seed, panel_.threads));
    trial.errors = held_out_errors(panel_, held_out, subjects,
                                   PathForecaster(writer_, trees, strategy), plan_);
    return trial;
  }

  std::shared_ptr<const Learnt> finish(const Trial& best, json scores, const HeldOut& held_out) {
    auto learnt = std::make_shared<Learnt>();
    const Draw all = draw(best.strategy, 0);
    learnt->plan = plan_;
    learnt->trees = train(all.samples, best.size);
    learnt->strategy = best.strategy;
    const Index paths = std::ssize(best.errors.paths);
    learnt->errors =
        ErrorPool(best.errors.paths, std::clamp<Index>(kStretchErrors / paths, 1, horizon_));
    learnt->report = {{"strategy", name_of(best.strategy)},
                      {"objective", name_of(objective())},
                      {"trees", best.size},
                      {"rows", all.drawn},
                      {"rows_available", all.available},
                      {"budget", budget()},
                      {"series", panel_.subjects.size()},
                      {"held_out_origins", held_out.before_end.size()},
                      {"held_out_score", std::move(scores)},
                      {"xgboost", xgboost_version()},
                      {"gain", by_name(plan_, learnt->trees.gain())},
                      {"permutation", best.importance}};
    return learnt;
  }

  const LearningPanel& panel_;
  FeaturePlan plan_;
  const TreesOptions& options_;
  const FitOptions& fit_;
  FeatureWriter writer_;
  Index horizon_;
};

}  // namespace

LearningOutcome learn(const LearningPanel& panel, const FeaturePlan& plan,
                      const TreesOptions& options, const FitOptions& fit) {
  return Learner(panel, plan, options, fit).learn();
}

json save_learnt(const Learnt& learnt) {
  return {{"plan", learnt.plan.save()},
          {"trees", learnt.trees.save()},
          {"strategy", name_of(learnt.strategy)},
          {"errors", learnt.errors.save()},
          {"report", learnt.report}};
}

std::shared_ptr<const Learnt> load_learnt(const json& state) {
  constexpr std::string_view kModel = "GradientBoostedTrees";
  auto learnt = std::make_shared<Learnt>();
  learnt->plan = FeaturePlan::load(state.at("plan"));
  learnt->trees = TreeEnsemble::load(state.at("trees"));
  if (static_cast<Index>(learnt->trees.features()) != learnt->plan.columns()) {
    refuse_state(kModel, "features");
  }
  const auto strategy = state.at("strategy").get<std::string>();
  if (strategy != "direct" && strategy != "recursive") refuse_state(kModel, "strategy");
  learnt->strategy = strategy == "direct" ? Strategy::direct : Strategy::recursive;
  learnt->errors = ErrorPool::load(state.at("errors"));
  learnt->report = state.at("report");
  if (!learnt->report.is_object()) refuse_state(kModel, "report");
  return learnt;
}

const char* name_of(Strategy strategy) {
  return strategy == Strategy::direct ? "direct" : "recursive";
}

}  // namespace forecart::trees
