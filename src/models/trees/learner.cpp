#include "models/trees/learner.h"

#include "base/parallel.h"
#include "models/saved_state.h"
#include "models/trees/held_out.h"
#include "models/trees/importance.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace forecart::trees {

namespace {

using Eigen::Index;
using nlohmann::json;

constexpr const char* kModel = "GradientBoostedTrees";

/// Rows without which there is nothing to learn.
constexpr std::int64_t kLeastRows = 200;
/// Forecast steps that are compared at held-out origins, and rows for the importance of columns.
constexpr Index kHeldOutRows = 400'000;
constexpr Index kImportanceRows = 5'000;
/// Errors that share a stretch of the horizon.
constexpr Index kStretchErrors = 200;

/// Trees of one strategy that have not seen the held-out origins, as many as do best there, and how
/// much their columns matter.
struct Attempt {
  Forest forest;
  json importance;
};

/// A strategy, the attempts [first, first + count) whose mean it forecasts, and how that did at the
/// held-out origins.
struct Trial {
  Strategy strategy = Strategy::direct;
  std::size_t first = 0;
  std::size_t count = 1;
  HeldOutErrors errors;
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

/// Mean of the numbers of several objects by name; 0 where one lacks a name.
json mean_by_name(const std::vector<json>& objects) {
  json result = json::object();
  for (const json& object : objects) {
    for (const auto& [name, number] : object.items()) {
      const double share = number.get<double>() / static_cast<double>(objects.size());
      result[name] = result.value(name, 0.0) + share;
    }
  }
  return result;
}

/// Says how many trees are grown of those planned at most. Trees may grow on several threads.
class Growth {
 public:
  explicit Growth(Progress& progress) : progress_(progress) {}
  ~Growth() { progress_.report(kModel, 1, ""); }
  Growth(const Growth&) = delete;
  Growth& operator=(const Growth&) = delete;

  /// Plans so many forests for the trials, and as many again for what is chosen.
  void plan(std::size_t forests, int rounds) {
    planned_ = 2.0 * static_cast<double>(forests) * rounds;
  }

  void add(const char* what) {
    const std::lock_guard lock(mutex_);
    ++grown_;
    progress_.report(kModel, std::min(grown_ / planned_, 0.99),
                     fmt::format("{}, {:.0f} trees", what, grown_));
  }

 private:
  Progress& progress_;
  std::mutex mutex_;
  double grown_ = 0;
  double planned_ = 1;
};

class Learner {
 public:
  Learner(const LearningPanel& panel, FeaturePlan plan, const TreesOptions& options,
          const FitOptions& fit)
      : panel_(panel),
        plan_(std::move(plan)),
        options_(options),
        fit_(fit),
        horizon_(std::max(options.horizon, fit.horizon)),
        growth_(*fit.progress) {}

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
    const std::vector<Strategy> parts = strategies();
    attempts_.resize(parts.size());
    growth_.plan(parts.size(), options_.rounds);
    parallel_for(parts.size(), panel_.threads,
                 [&](std::size_t i) { attempts_[i] = attempt(parts[i], *held_out); });
    json scores = json::object();
    std::optional<Trial> best;
    for (Trial& trial : trials(*held_out)) {
      if (trial.errors.paths.empty()) continue;
      scores[name_of(trial.strategy)] = trial.errors.score;
      if (!best || trial.errors.score < best->errors.score) best = std::move(trial);
    }
    if (!best) return {nullptr, "no series has values at the held-out origins"};
    return {finish(*best, std::move(scores), *held_out), ""};
  }

 private:
  bool open_to(Strategy strategy) const {
    return !options_.strategy || *options_.strategy == strategy;
  }

  /// What trees are trained for. To look one step ahead is the same for all.
  std::vector<Strategy> strategies() const {
    if (horizon_ == 1) return {Strategy::direct};
    if (open_to(Strategy::both)) return {Strategy::direct, Strategy::recursive};
    return {*options_.strategy};
  }

  /// What may be chosen of the attempts.
  std::vector<Trial> trials(const HeldOut& held_out) const {
    std::vector<Trial> result;
    for (std::size_t i = 0; i < attempts_.size(); ++i) {
      const Strategy strategy = attempts_[i].forest.strategy;
      if (attempts_.size() == 1 || open_to(strategy)) result.push_back({strategy, i, 1, {}});
    }
    if (attempts_.size() > 1) result.push_back({Strategy::both, 0, attempts_.size(), {}});
    const auto subjects = held_out_subjects(panel_, held_out, kHeldOutRows);
    for (Trial& trial : result) {
      std::vector<Forest> forests;
      for (const Attempt* attempt : attempts_of(trial)) forests.push_back(attempt->forest);
      trial.errors = held_out_errors(panel_, held_out, subjects,
                                     JointForecaster(forests, panel_.calendar), plan_);
    }
    return result;
  }

  std::vector<const Attempt*> attempts_of(const Trial& trial) const {
    std::vector<const Attempt*> result;
    for (std::size_t i = 0; i < trial.count; ++i) result.push_back(&attempts_[trial.first + i]);
    return result;
  }

  FeaturePlan plan_for(Strategy strategy) const { return plan_.looking_ahead(reach(strategy)); }

  /// Steps that the trees of a strategy look ahead.
  Index reach(Strategy strategy) const { return strategy == Strategy::direct ? horizon_ : 1; }

  /// What is centred goes below zero, where Poisson and Tweedie have no values.
  Objective objective() const {
    return plan_.centred ? Objective::squared : options_.objective.value_or(Objective::poisson);
  }

  Draw draw(Strategy strategy, Index held_out) const {
    return draw_samples(panel_, {held_out, reach(strategy), budget(), fit_.seed});
  }

  std::int64_t budget() const {
    return std::max(options_.budget, options_.rows_per_series * std::ssize(panel_.subjects));
  }

  TreeEnsemble train(const FeatureWriter& writer, const Samples& samples, std::size_t rounds,
                     const char* what) {
    BoosterOptions how;
    how.objective = objective();
    how.tweedie_power = options_.tweedie_power;
    how.rounds = static_cast<int>(rounds);
    how.leaves = options_.leaves;
    how.learning_rate = options_.learning_rate;
    how.threads = options_.threads;
    how.seed = fit_.seed;
    how.after_tree = [this, what] { growth_.add(what); };
    const TrainingRows rows = make_rows(panel_, writer, samples);
    how.least_weight = std::clamp(static_cast<double>(rows.target.size()) / 2000, 5.0, 200.0);
    return Booster(rows, how).ensemble();
  }

  Attempt attempt(Strategy strategy, const HeldOut& held_out) {
    Attempt result{{strategy, plan_for(strategy), {}}, {}};
    Forest& forest = result.forest;
    const FeatureWriter writer(forest.plan, panel_.calendar);
    forest.trees = train(writer, draw(strategy, held_out.values()).samples,
                         static_cast<std::size_t>(options_.rounds), name_of(strategy));
    const auto subjects = held_out_subjects(panel_, held_out, kHeldOutRows);
    const TrainingRows rows =
        make_rows(panel_, writer, held_out_samples(panel_, held_out, subjects, reach(strategy)));
    forest.trees.shorten(best_size(forest.trees, rows, panel_.threads));
    result.importance = by_name(
        forest.plan,
        permutation_importance(forest.trees, rows, kImportanceRows, fit_.seed, panel_.threads));
    return result;
  }

  /// The same trees, as many, of everything.
  Forest train_again(const Forest& tried) {
    Forest forest{tried.strategy, tried.plan, {}};
    forest.trees = train(FeatureWriter(forest.plan, panel_.calendar),
                         draw(tried.strategy, 0).samples, tried.trees.trees(), "on everything");
    return forest;
  }

  std::shared_ptr<const Learnt> finish(const Trial& best, json scores, const HeldOut& held_out) {
    auto learnt = std::make_shared<Learnt>();
    learnt->strategy = best.strategy;
    const std::vector<const Attempt*> tried = attempts_of(best);
    learnt->forests.resize(tried.size());
    parallel_for(tried.size(), panel_.threads,
                 [&](std::size_t i) { learnt->forests[i] = train_again(tried[i]->forest); });
    const Index paths = std::ssize(best.errors.paths);
    learnt->errors =
        ErrorPool(best.errors.paths, std::clamp<Index>(kStretchErrors / paths, 1, horizon_));
    learnt->report = report(*learnt, best);
    learnt->report["held_out_origins"] = held_out.before_end.size();
    learnt->report["held_out_score"] = std::move(scores);
    return learnt;
  }

  json report(const Learnt& learnt, const Trial& best) const {
    std::size_t trees = 0;
    std::vector<json> gain;
    std::vector<json> permutation;
    for (const Forest& forest : learnt.forests) {
      trees += forest.trees.trees();
      gain.push_back(by_name(forest.plan, forest.trees.gain()));
    }
    for (const Attempt* attempt : attempts_of(best)) permutation.push_back(attempt->importance);
    const Draw rows = draw(learnt.forests.front().strategy, 0);
    json told = {{"strategy", name_of(best.strategy)},
                 {"objective", name_of(objective())},
                 {"trees", trees},
                 {"rows", rows.drawn},
                 {"rows_available", rows.available},
                 {"budget", budget()},
                 {"series", panel_.subjects.size()},
                 {"xgboost", xgboost_version()},
                 {"gain", mean_by_name(gain)},
                 {"permutation", mean_by_name(permutation)}};
    if (options_.objective && *options_.objective != objective()) {
      told["objective_asked"] = name_of(*options_.objective);
    }
    return told;
  }

  const LearningPanel& panel_;
  FeaturePlan plan_;
  const TreesOptions& options_;
  const FitOptions& fit_;
  Index horizon_;
  Growth growth_;
  std::vector<Attempt> attempts_;
};

json save_forest(const Forest& forest) {
  return {{"strategy", name_of(forest.strategy)},
          {"plan", forest.plan.save()},
          {"trees", forest.trees.save()}};
}

/// A name among `allowed`.
Strategy load_strategy(const json& state, std::initializer_list<Strategy> allowed) {
  const auto name = state.at("strategy").get<std::string>();
  for (const Strategy strategy : allowed) {
    if (name == name_of(strategy)) return strategy;
  }
  refuse_state(kModel, "strategy");
}

Forest load_forest(const json& state) {
  Forest forest{load_strategy(state, {Strategy::direct, Strategy::recursive}),
                FeaturePlan::load(state.at("plan")), TreeEnsemble::load(state.at("trees"))};
  if (static_cast<Index>(forest.trees.features()) != forest.plan.columns()) {
    refuse_state(kModel, "features");
  }
  return forest;
}

/// As many forests as the strategy has parts, which differ in their last values at most.
void check_forests(const Learnt& learnt) {
  const std::size_t parts = learnt.strategy == Strategy::both ? 2 : 1;
  const auto shared = [](const Forest& forest) {
    json plan = forest.plan.save();
    plan.erase("lags");
    return plan;
  };
  bool alike = learnt.forests.size() == parts;
  for (const Forest& forest : learnt.forests) {
    alike = alike && shared(forest) == shared(learnt.forests.front()) &&
            forest.plan.lookback() == learnt.plan().lookback();
  }
  if (!alike) refuse_state(kModel, "forests");
}

}  // namespace

LearningOutcome learn(const LearningPanel& panel, const FeaturePlan& plan,
                      const TreesOptions& options, const FitOptions& fit) {
  return Learner(panel, plan, options, fit).learn();
}

json save_learnt(const Learnt& learnt) {
  json forests = json::array();
  for (const Forest& forest : learnt.forests) forests.push_back(save_forest(forest));
  return {{"strategy", name_of(learnt.strategy)},
          {"forests", std::move(forests)},
          {"errors", learnt.errors.save()},
          {"report", learnt.report}};
}

std::shared_ptr<const Learnt> load_learnt(const json& state) {
  auto learnt = std::make_shared<Learnt>();
  learnt->strategy = load_strategy(state, {Strategy::direct, Strategy::recursive, Strategy::both});
  if (state.contains("forests")) {
    for (const json& forest : state.at("forests")) learnt->forests.push_back(load_forest(forest));
  } else {
    learnt->forests.push_back(load_forest(state));  // version 1 held one forest
  }
  check_forests(*learnt);
  learnt->errors = ErrorPool::load(state.at("errors"));
  learnt->report = state.at("report");
  if (!learnt->report.is_object()) refuse_state(kModel, "report");
  if (!learnt->report.is_object()) refuse_state(kModel, "report");
  return learnt;
}

}  // namespace forecart::trees
