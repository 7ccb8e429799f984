#pragma once

#include "models/smoothing/ets_recursion.h"

#include <Eigen/Core>
#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace forecart::ets {

/// The steps ahead as the states expect them: mean = level, + or * season where there is one.
struct Outlook {
  Eigen::VectorXd level;   ///< with the trend that it carries
  Eigen::VectorXd season;  ///< empty where there is none
  Eigen::VectorXd mean;
};

/// Level, trend and season of one form after the last value, on the scale of the values fitted.
/// Moves on in constant time. Whatever the values, the states stay such that the next step is
/// defined: what is divided by keeps a distance from 0.
class State {
 public:
  /// `parameters` are natural ones, whose initial states it begins in.
  State(const Form& form, int season_length, const Eigen::VectorXd& parameters);

  /// What the next value is expected to be.
  double expected() const;
  /// Moves on over the next value; NaN is missing, the states then move by what they expect.
  void step(double y);
  /// The next `horizon` steps. A multiplicative trend is stopped where the level would pass
  /// kHighestLevel times the highest one so far.
  Outlook outlook(Eigen::Index horizon) const;

  const Smoothing& smoothing() const { return smoothing_; }
  double level() const { return level_; }
  double trend() const { return trend_; }
  /// The next place first; empty without a season.
  std::vector<double> season() const;
  /// The largest level, with an additive season's place, that was ever expected, without its sign.
  double highest() const { return highest_; }

  nlohmann::json save() const;
  /// What save wrote, of the form and parameters that this has. Throws Error bad_data or nlohmann's
  /// exception for anything else.
  void load(const nlohmann::json& state);

 private:
  /// The season's place of the next step; neutral without one.
  double& place() { return season_[next_]; }
  double place() const { return season_[next_]; }

  Form form_;
  Smoothing smoothing_;
  double level_ = 0;
  double trend_ = 0;
  std::vector<double> season_;  // one unused entry without a season
  std::size_t next_ = 0;        // whose turn it is in season_
  double highest_ = 0;
};

}  // namespace forecart::ets
