#pragma once

#include <Eigen/Core>

#include <string_view>

namespace forecart {

/// What becomes of one series of a fitted panel when its state is looked at again.
enum class Retraining {
  move_on,      ///< the parameters stay
  re_estimate,  ///< new parameters for the models and orders it has
  select_anew,  ///< as if fitted for the first time
};

std::string_view name_of(Retraining decision);

/// How the forecasts of one series have done since its parameters were estimated. Alarms are shares
/// of what counts as a change: 1 and above is one.
struct Watch {
  Eigen::Index history = 0;   ///< values from the first known one to the estimate
  Eigen::Index age = 0;       ///< steps since the estimate
  Eigen::Index selected = 0;  ///< steps since models or orders were chosen
  double error = 0;           ///< alarm: errors have grown beyond the band
  double bias = 0;            ///< alarm: they lie on one side, as after a shift of the level
  double coverage = 0;        ///< alarm: the band holds too much or too little
  double loss = 0;            ///< recent mean absolute error of a step
  bool uncured = false;       ///< an alarm led to the estimate before, and little came since

  /// Since the estimate, beside the state that it replaced: sums of absolute errors over `compared`
  /// steps.
  Eigen::Index compared = 0;
  double loss_now = 0;
  double loss_kept = 0;
};

}  // namespace forecart
