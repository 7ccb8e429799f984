#pragma once

#include "base/calendar.h"
#include "models/global/covariate_plan.h"

#include <Eigen/Core>
#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace forecart::trees {

/// What is looked at of one season: the last values of the target's phase, and means over them.
struct SeasonPlan {
  int length = 7;
  std::vector<int> means;  ///< numbers of seasons averaged over, ascending; the first lag is apart
};

/// Fields of the civil calendar at the target that help at a frequency.
enum class CalendarField { hour, weekday, day_of_month, month };

/// Which columns the trees see, made from the frequency and its seasons. Steps are counted back
/// from the origin, the last known value; lengths are in steps.
struct FeaturePlan {
  bool centred = false;  ///< values may be negative: normal values are (y - level) / spread
  std::vector<int> lags;
  std::vector<int> windows;        ///< of means over the level
  std::vector<int> level_windows;  ///< whose means are averaged to the level
  int spread_window = 112;         ///< of spread, share of zeros and variation
  std::vector<SeasonPlan> seasons;
  int year = 0;       ///< 0: the seasons hold it already
  int year_half = 0;  ///< half the width of the year-ago mean
  std::vector<CalendarField> fields;
  CovariatePlan covariates;

  /// For a frequency; `season` is that of the models of one season, 1 for none.
  static FeaturePlan for_frequency(const Frequency& frequency, int season);

  /// The same for trees that look so many steps ahead: without single last values beyond one step,
  /// of which they see little but noise where means and seasons tell the rest.
  FeaturePlan looking_ahead(Eigen::Index steps) const;

  /// Values that features look back over at most.
  int lookback() const;

  /// Names of the columns known at the origin, then of those of the target.
  std::vector<std::string> origin_names() const;
  std::vector<std::string> target_names() const;
  Eigen::Index columns() const;

  nlohmann::json save() const;
  /// Throws Error bad_data for a plan that cannot be computed.
  static FeaturePlan load(const nlohmann::json& state);
};

/// The number of a calendar field at the start of a bucket, by the civil clock.
float calendar_number(CalendarField field, const Calendar& calendar, Bucket bucket);

}  // namespace forecart::trees
