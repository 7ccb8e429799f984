#pragma once

#include "base/frequency.h"
#include "models/lstm/track.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace forecart::lstm {

/// A forecast by a rule with nothing to fit, from the values before its origin only.
struct BaseRule {
  enum class Kind : std::uint8_t {
    level,    ///< the mean of the last values
    repeat,   ///< the value one season before, moved by a share of how the level has changed since
    profile,  ///< the level, and what past seasons showed at the phase beside their own levels
    recent  ///< profile of one season's level, and a fading share of how the last values missed it
  };

  Kind kind = Kind::level;
  Eigen::Index level = 1;    ///< values that the level is the mean of; of recent: the last values
  std::size_t season = 0;    ///< which of the seasons of the track
  Eigen::Index seasons = 1;  ///< of profile and recent: how many
  double change = 0;         ///< of repeat: the share, in [0, 1]

  /// E.g. "mean of 7 values", for explain().
  std::string name(std::span<const int> lengths) const;

  /// Steps 0, 1, ... ahead of `end`, in working units. Needs end >= 1.
  void forecast(const Track& track, Eigen::Index end, std::span<double> steps) const;

  friend bool operator==(const BaseRule&, const BaseRule&) = default;
};

const char* name_of(BaseRule::Kind kind);

/// The rules that are tried at a frequency with these seasons.
std::vector<BaseRule> base_rules(const Frequency& frequency, std::span<const int> seasons);

/// A weighted mean of rules: what a network starts from, and corrects.
struct BaseForecast {
  std::vector<BaseRule> rules;
  std::vector<double> weights;  ///< (rules), >= 0, sum 1

  /// In working units; `steps` gives the horizon.
  void forecast(const Track& track, Eigen::Index end, std::span<double> steps) const;

  /// Leaves out rules without weight.
  void tidy();

  friend bool operator==(const BaseForecast&, const BaseForecast&) = default;
};

/// What of errors is to be least: their absolute sum, which leads to medians, or that of their
/// squares, which leads to means.
enum class Blame : std::uint8_t { distances, squares };

/// Weights >= 0 with sum 1 whose mean has the least errors, by (for distances reweighted) least
/// squares and projected gradient steps on the simplex [Duchi2008]. `errors` (trials, rules): what
/// each rule missed by at each trial, in units comparable between series.
std::vector<double> best_weights(const Eigen::MatrixXd& errors, Blame blame = Blame::distances);

}  // namespace forecart::lstm
