#pragma once

#include "models/series_model.h"

#include <limits>
#include <string>
#include <vector>

namespace forecart {

/// One way to model a series, and its name for people, e.g. "season 24, log".
struct Variant {
  std::string label;
  SeriesModelPtr model;
};

/// The origins that variants are compared on: `windows` of them, `step` apart, the last one
/// `horizon` before the end of the series.
struct RollingOptions {
  Eigen::Index horizon = 24;
  Eigen::Index windows = 4;
  Eigen::Index step = 24;
  /// Variants are compared by fits to so many values before the first origin, the latest ones.
  Eigen::Index most_values = std::numeric_limits<Eigen::Index>::max();

  /// Values from the first origin to the end of the series.
  Eigen::Index held_out() const { return horizon + (windows - 1) * step; }
};

/// A model named `name` that is, for each series, the variant with the least mean absolute error on
/// rolling origins inside what it is fitted to [Tashman2000]: every variant is fitted once, before
/// the first origin, moved on from origin to origin, and the winner fitted again to all values,
/// with the structure found. A series that holds less than three times held_out() takes the first
/// variant that can be fitted. explain() tells the errors. Needs at least one variant, all with the
/// same interval method and of one family: each must read the saved states of all, which tell their
/// own structure.
SeriesModelPtr best_on_rolling_origins(std::string name, std::vector<Variant> variants,
                                       const RollingOptions& options);

}  // namespace forecart
