#pragma once

#include "base/calendar.h"
#include "models/lstm/base_forecast.h"
#include "models/lstm/covariate_reading.h"
#include "models/lstm/track.h"

#include <cstddef>
#include <vector>

namespace forecart::lstm {

/// What makes the values before an origin comparable between series: normal = (u - centre) / unit.
struct Frame {
  double centre = 0;
  double unit = 1;

  double normal(double working) const { return (working - centre) / unit; }
  double working(double normal) const { return centre + unit * normal; }
  /// Where nothing has been sold for long there is no unit, and nothing to say but zero.
  bool usable() const { return unit > 0; }
};

/// Waves of the position in each season that a network reads.
inline constexpr int kPositionWaves = 2;
/// And of the position in the year.
inline constexpr int kYearWaves = 3;

/// What a network reads before each origin and what it is to say, in values of the series.
struct WindowPlan {
  Space space = Space::centred;
  std::vector<int> seasons{1};  ///< ascending; the first is the length of a step of the recurrence
  Eigen::Index block = 1;       ///< values per step of the recurrence
  Eigen::Index steps = 1;       ///< of the recurrence
  Eigen::Index flat = 1;        ///< last values that go straight to the trunk
  Eigen::Index level = 1;       ///< values that the frame is taken from
  bool about_last = false;      ///< the frame is the last value and the usual step, as for walks
  Eigen::Index horizon = 1;     ///< steps forecast at once
  double year =
      0;  ///< steps of a year, where days or shorter steps are to tell its seasons; else 0
  BaseForecast base;
  CovariateReading covariates;  ///< none: nothing is known beside the sales

  /// For a frequency and its seasons; the base is left empty.
  static WindowPlan for_frequency(const Frequency& frequency, Space space, std::vector<int> seasons,
                                  Eigen::Index horizon);

  /// Values that windows and base forecasts look back over at most.
  Eigen::Index lookback() const;
  /// Values before the first origin that is learnt from.
  Eigen::Index least_history() const;
  /// Values before an origin beside which covariates are read.
  Eigen::Index covariate_lookback() const;
  /// Numbers per step of the recurrence: the values, their change since the step before, and means
  /// of covariates.
  std::size_t inputs() const {
    return static_cast<std::size_t>(2 * block) + covariates.per_bucket();
  }
  /// Numbers that go straight to the trunk.
  std::size_t flat_inputs() const;
  /// Numbers of the position in the year.
  std::size_t year_numbers() const { return year > 0 ? 2 * kYearWaves : 0; }
  /// Numbers known ahead of each step: of covariates and of the year.
  std::size_t known() const { return covariates.known() + year_numbers(); }

  friend bool operator==(const WindowPlan&, const WindowPlan&) = default;
};

/// The frame at `end`, from the values before it.
Frame frame_at(const WindowPlan& plan, const Track& track, Eigen::Index end);

}  // namespace forecart::lstm
