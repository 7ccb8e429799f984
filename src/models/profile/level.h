#pragma once

#include "base/calendar.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <vector>

namespace forecart {

/// How the level follows the data: sum y / sum f over the last `window` known values, or with
/// weights that fade as fast as those of a smoothing with alpha = 2 / (window + 1).
struct LevelRule {
  int window = 28;
  bool fading = false;

  friend bool operator==(const LevelRule&, const LevelRule&) = default;
};

/// A rule and its share in an average; shares are positive and need not sum to 1.
struct WeighedRule {
  LevelRule rule;
  double weight = 1;
};

/// Rules whose levels are averaged.
using LevelBlend = std::vector<WeighedRule>;

/// Rules worth trying for a calendar whose models have this season, shortest first.
std::vector<LevelRule> level_rules(const Calendar& calendar, int season);

/// The level of one series as its values come in, each with the factor expected of it.
class Level {
 public:
  explicit Level(LevelRule rule) : rule_(rule) {}
  /// Throws nlohmann's exception or Error for a state that is damaged.
  static Level load(const nlohmann::json& state);

  /// Takes in a known value; O(1).
  void push(double value, double factor);

  /// 0 where nothing is known, or nothing was ever expected.
  double value() const;

  /// Known values that stand behind it, counted by their weight.
  double support() const;

  const LevelRule& rule() const { return rule_; }
  nlohmann::json save() const;

 private:
  std::size_t oldest() const { return values_.size() > window() ? values_.size() - window() : 0; }
  std::size_t window() const { return static_cast<std::size_t>(rule_.window); }

  LevelRule rule_;
  std::vector<double> values_;   // the last ones, at least the window; unused by a fading level
  std::vector<double> factors_;  // as values_
  double value_sum_ = 0;         // faded
  double factor_sum_ = 0;
  double weight_sum_ = 0;
};

/// The weighed mean of several levels.
class BlendedLevel {
 public:
  BlendedLevel() = default;
  explicit BlendedLevel(const LevelBlend& blend);
  /// As Level::load; the state must hold at least one level.
  static BlendedLevel load(const nlohmann::json& state);

  void push(double value, double factor);
  double value() const;
  double support() const;
  LevelBlend blend() const;
  nlohmann::json save() const;

 private:
  std::vector<Level> levels_;
  std::vector<double> weights_;  // as levels_; sum to 1
};

}  // namespace forecart
