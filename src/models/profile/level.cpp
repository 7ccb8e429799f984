#include "models/profile/level.h"

#include "models/saved_state.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace forecart {

namespace {

/// Windows that a saved state may ask for, in steps.
constexpr int kLongestWindow = 100'000'000;

/// How far weights that sum to 1 may be from it.
constexpr double kRounding = 1e-9;

/// Lengths of windows by frequency, and the step they count in.
struct Lengths {
  std::vector<int> counts;
  int step = 1;
};

Lengths lengths(const Frequency& frequency, int season) {
  if (frequency.is_sub_daily() && season > 1) return {{7, 14, 28, 56, 112}, season};
  switch (frequency.unit) {
    case FrequencyUnit::day:
      return {{7, 14, 28, 56, 91, 182, 364}, 1};
    case FrequencyUnit::week:
      return {{4, 8, 13, 26, 52}, 1};
    case FrequencyUnit::month:
      return {{3, 6, 12, 24}, 1};
    case FrequencyUnit::quarter:
      return {{2, 4, 8}, 1};
    default:
      return {{1, 2, 4, 8, 16}, std::max(4, season)};
  }
}

}  // namespace

std::vector<LevelRule> level_rules(const Calendar& calendar, int season) {
  const Lengths all = lengths(calendar.frequency(), std::min(season, 10000));
  std::vector<LevelRule> rules;
  for (const int count : all.counts) {
    for (const bool fading : {false, true}) rules.push_back({count * all.step, fading});
  }
  return rules;
}

void Level::push(double value, double factor) {
  if (rule_.fading) {
    const double keep = 1 - 2.0 / (rule_.window + 1);
    value_sum_ = keep * value_sum_ + value;
    factor_sum_ = keep * factor_sum_ + factor;
    weight_sum_ = keep * weight_sum_ + 1;
    return;
  }
  values_.push_back(value);
  factors_.push_back(factor);
  if (values_.size() < 2 * window() + 1) return;
  const auto drop = static_cast<std::ptrdiff_t>(oldest());
  values_.erase(values_.begin(), values_.begin() + drop);
  factors_.erase(factors_.begin(), factors_.begin() + drop);
}

double Level::value() const {
  double above = value_sum_;
  double below = factor_sum_;
  for (std::size_t i = oldest(); i < values_.size(); ++i) {
    above += values_[i];
    below += factors_[i];
  }
  return below > 0 ? above / below : 0;
}

double Level::support() const {
  return rule_.fading ? weight_sum_ : static_cast<double>(values_.size() - oldest());
}

nlohmann::json Level::save() const {
  const auto from = static_cast<std::ptrdiff_t>(oldest());
  return {{"window", rule_.window},
          {"fading", rule_.fading},
          {"values", std::vector<double>(values_.begin() + from, values_.end())},
          {"factors", std::vector<double>(factors_.begin() + from, factors_.end())},
          {"sums", {value_sum_, factor_sum_, weight_sum_}}};
}

Level Level::load(const nlohmann::json& state) {
  Level level({static_cast<int>(whole_number(state, "window", 1, kLongestWindow)),
               state.at("fading").get<bool>()});
  level.values_ = state.at("values").get<std::vector<double>>();
  level.factors_ = state.at("factors").get<std::vector<double>>();
  if (level.values_.size() != level.factors_.size()) refuse_state("LevelProfile", "factors");
  const auto sums = state.at("sums").get<std::vector<double>>();
  if (sums.size() != 3) refuse_state("LevelProfile", "sums");
  level.value_sum_ = sums[0];
  level.factor_sum_ = sums[1];
  level.weight_sum_ = sums[2];
  return level;
}

BlendedLevel::BlendedLevel(const LevelBlend& blend) {
  double sum = 0;
  for (const WeighedRule& one : blend) sum += one.weight;
  if (std::abs(sum - 1) < kRounding) sum = 1;  // what was saved comes back to the bit
  for (const WeighedRule& one : blend) {
    levels_.emplace_back(one.rule);
    weights_.push_back(one.weight / sum);
  }
}

void BlendedLevel::push(double value, double factor) {
  for (Level& level : levels_) level.push(value, factor);
}

double BlendedLevel::value() const {
  double sum = 0;
  for (std::size_t i = 0; i < levels_.size(); ++i) sum += weights_[i] * levels_[i].value();
  return sum;
}

double BlendedLevel::support() const {
  double sum = 0;
  for (std::size_t i = 0; i < levels_.size(); ++i) sum += weights_[i] * levels_[i].support();
  return sum;
}

LevelBlend BlendedLevel::blend() const {
  LevelBlend rules;
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    rules.push_back({levels_[i].rule(), weights_[i]});
  }
  return rules;
}

nlohmann::json BlendedLevel::save() const {
  nlohmann::json states = nlohmann::json::array();
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    states.push_back(levels_[i].save());
    states.back()["weight"] = weights_[i];
  }
  return states;
}

BlendedLevel BlendedLevel::load(const nlohmann::json& state) {
  BlendedLevel blended;
  double sum = 0;
  for (const nlohmann::json& level : state) {
    blended.levels_.push_back(Level::load(level));
    blended.weights_.push_back(variance(level, "weight"));
    sum += blended.weights_.back();
  }
  if (!(std::abs(sum - 1) < kRounding)) refuse_state("LevelProfile", "weights of levels");
  return blended;
}

}  // namespace forecart
