#pragma once

#include "evaluation/change_detector.h"
#include "models/retraining.h"
#include "series/predictive.h"

#include <Eigen/Core>
#include <nlohmann/json_fwd.hpp>

namespace forecart {

/// Watches how the forecasts of one series do, from the estimate of its parameters on: detectors of
/// errors that grow beyond the band, of errors that lie on one side, and of a band that holds too
/// much or too little. They read normal scores (normal_score), so they mean the same on any scale
/// and over any number of steps; where those tell nothing, as of rare demand, only the age counts.
class SeriesWatch {
 public:
  explicit SeriesWatch(Eigen::Index history);

  /// Compares a forecast with what came (h), NaN where nothing is known; `age` known values came.
  void add(const Predictive& said, const Eigen::VectorXd& came, Eigen::Index age);

  /// Adds errors (h) of the forecast and of that of the state that the last fit replaced.
  void compare(const Eigen::VectorXd& errors, const Eigen::VectorXd& kept);

  /// After another estimate, made from so many values.
  void restart(Retraining done, Eigen::Index history);

  const Watch& watch() const { return watch_; }

  nlohmann::json save() const;
  /// Reads what save() wrote. Throws Error or nlohmann's exception.
  static SeriesWatch load(const nlohmann::json& state);

 private:
  void detect(const Predictive& said, const Eigen::VectorXd& came);
  void tell_alarms();

  Watch watch_;
  ChangeDetector error_;
  ChangeDetector bias_;
  ChangeDetector misses_;
};

}  // namespace forecart
