#include "models/lstm/learnt_state.h"

#include "models/lstm/binary.h"
#include "models/saved_state.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace forecart::lstm {

namespace {

using Eigen::Index;
using nlohmann::json;

/// Sizes that a saved state may ask for.
constexpr std::int64_t kMostUnits = 4096;
constexpr std::int64_t kMostValues = 1'000'000;
constexpr Index kMostWindow = 20'000;
constexpr Index kMostLookback = 100'000'000;
constexpr std::size_t kMostSeasons = 8;
constexpr std::size_t kMostRules = 64;

json save_rule(const BaseRule& rule) {
  return {{"kind", rule.kind},
          {"level", rule.level},
          {"season", rule.season},
          {"seasons", rule.seasons},
          {"change", rule.change}};
}

BaseRule load_rule(const json& state, std::size_t seasons) {
  BaseRule rule;
  rule.kind = static_cast<BaseRule::Kind>(whole_number(state, "kind", 0, 3));
  rule.level = static_cast<Index>(whole_number(state, "level", 1, kMostValues));
  rule.season = static_cast<std::size_t>(
      whole_number(state, "season", 0, static_cast<std::int64_t>(seasons) - 1));
  rule.seasons = static_cast<Index>(whole_number(state, "seasons", 1, kMostValues));
  rule.change = state.at("change").get<double>();
  if (!(rule.change >= 0 && rule.change <= 1)) throw_bad_state("rule");
  return rule;
}

json save_plan(const WindowPlan& plan) {
  json rules = json::array();
  for (const BaseRule& rule : plan.base.rules) rules.push_back(save_rule(rule));
  return {{"space", plan.space},
          {"seasons", plan.seasons},
          {"block", plan.block},
          {"steps", plan.steps},
          {"flat", plan.flat},
          {"level", plan.level},
          {"about_last", plan.about_last},
          {"horizon", plan.horizon},
          {"rules", std::move(rules)},
          {"weights", plan.base.weights},
          {"year", plan.year},
          {"covariates", plan.covariates.save()}};
}

void load_base(const json& state, WindowPlan& plan) {
  const json& rules = state.at("rules");
  if (rules.empty() || rules.size() > kMostRules) throw_bad_state("rules");
  for (const json& rule : rules) plan.base.rules.push_back(load_rule(rule, plan.seasons.size()));
  plan.base.weights = state.at("weights").get<std::vector<double>>();
  const auto fine = [](double weight) { return weight >= 0 && weight <= 1; };
  if (plan.base.weights.size() != plan.base.rules.size() ||
      !std::all_of(plan.base.weights.begin(), plan.base.weights.end(), fine)) {
    throw_bad_state("weights");
  }
}

WindowPlan load_plan(const json& state) {
  const auto count = [&](const char* key) {
    return static_cast<Index>(whole_number(state, key, 1, kMostValues));
  };
  WindowPlan plan;
  plan.space = static_cast<Space>(whole_number(state, "space", 0, 2));
  plan.seasons = wholes<int>(state.at("seasons"));
  const auto fine = [](int season) { return season >= 1 && season <= kMostValues; };
  if (plan.seasons.empty() || plan.seasons.size() > kMostSeasons ||
      !std::all_of(plan.seasons.begin(), plan.seasons.end(), fine)) {
    throw_bad_state("seasons");
  }
  plan.block = count("block");
  plan.steps = count("steps");
  plan.flat = count("flat");
  plan.level = count("level");
  plan.about_last = state.at("about_last").get<bool>();
  plan.horizon = count("horizon");
  if (plan.block * plan.steps > kMostWindow || plan.flat > kMostWindow) throw_bad_state("steps");
  if (plan.horizon > kMostDirect) throw_bad_state("horizon");
  load_base(state, plan);
  plan.year = state.at("year").get<double>();
  if (plan.year != 0 && !(plan.year >= 1 && plan.year < 1e9)) throw_bad_state("year");
  plan.covariates = CovariateReading::load(state.at("covariates"));
  if (plan.lookback() > kMostLookback) throw_bad_state("rules");
  return plan;
}

json save_shape(const net::NetworkShape& shape) {
  return {{"layers", shape.layers},
          {"hidden", shape.hidden},
          {"trunk", shape.trunk},
          {"local", shape.local},
          {"trunk_layers", shape.trunk_layers},
          {"linear_skip", shape.linear_skip}};
}

/// The rest of a shape follows from the plan and the head.
net::NetworkShape load_shape(const json& state, const WindowPlan& plan, const Head& head) {
  const auto count = [&](const char* key, std::int64_t most) {
    return static_cast<std::size_t>(whole_number(state, key, 0, most));
  };
  net::NetworkShape shape = reading_shape(plan, head);
  shape.layers = count("layers", 3);
  shape.hidden = count("hidden", kMostUnits);
  shape.trunk = count("trunk", kMostUnits);
  shape.trunk_layers = count("trunk_layers", 8);
  shape.local = count("local", kMostUnits);
  shape.linear_skip = state.at("linear_skip").get<bool>();
  if ((shape.layers == 0) != (shape.hidden == 0)) throw_bad_state("layers");
  if ((shape.trunk == 0) != (shape.trunk_layers == 0)) throw_bad_state("trunk");
  if ((shape.known == 0) != (shape.local == 0)) throw_bad_state("local");
  if (shape.layers == 0) shape.inputs = shape.steps = 0;
  return shape;
}

/// What a later fit may start from; states of older programs have nothing.
void load_start(const json& state, Learnt& learnt) {
  if (!state.contains("updates")) return;
  constexpr std::int64_t kMostUpdates = 1'000'000'000'000;
  learnt.updates = whole_number(state, "updates", 0, kMostUpdates);
  learnt.until = whole<Bucket>(state.at("until"));
  const json& before = state.at("before");
  learnt.before = before.is_null() ? learnt.parameters : from_binary(before);
  const auto fine = [](float w) { return std::isfinite(w); };
  if (learnt.before.size() != learnt.parameters.size() ||
      !std::all_of(learnt.before.begin(), learnt.before.end(), fine)) {
    throw_bad_state("before");
  }
}

}  // namespace

json save_learnt(const Learnt& learnt) {
  return {{"plan", save_plan(learnt.plan)},
          {"head", learnt.kind},
          {"head_settings", learnt.head->settings()},
          {"shape", save_shape(learnt.shape)},
          {"parameters", to_binary(learnt.parameters)},
          {"before", learnt.before == learnt.parameters ? json() : to_binary(learnt.before)},
          {"until", learnt.until},
          {"updates", learnt.updates},
          {"calibration", learnt.calibration->save()},
          {"report", learnt.report}};
}

std::shared_ptr<const Learnt> load_learnt(const json& state) {
  auto learnt = std::make_shared<Learnt>();
  learnt->plan = load_plan(state.at("plan"));
  learnt->kind = static_cast<HeadKind>(whole_number(state, "head", 0, 4));
  learnt->head = load_head(learnt->kind, state.at("head_settings").get<std::vector<double>>());
  learnt->shape = load_shape(state.at("shape"), learnt->plan, *learnt->head);
  const auto parameters = from_binary(state.at("parameters"));
  learnt->parameters.assign(parameters.begin(), parameters.end());
  if (!std::all_of(parameters.begin(), parameters.end(),
                   [](float w) { return std::isfinite(w); })) {
    throw_bad_state("parameters");
  }
  if (learnt->parameters.size() != net::ParameterLayout(learnt->shape).size()) {
    throw_bad_state("parameters");
  }
  load_start(state, *learnt);
  learnt->calibration = std::make_shared<Calibration>(Calibration::load(state.at("calibration")));
  learnt->report = state.at("report");
  if (!learnt->report.is_object()) throw_bad_state("report");
  return learnt;
}

}  // namespace forecart::lstm
