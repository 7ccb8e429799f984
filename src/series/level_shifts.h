#pragma once

#include "series/panel.h"

#include <span>
#include <vector>

namespace forecart {

/// A lasting change of the local level.
struct LevelShift {
  Bucket bucket = 0;  ///< the first on the new level
  double before = 0;  ///< local level before, and after it
  double after = 0;
};

/// Compares the mean of `window` steps (whole seasons, so that these cancel) with that of the
/// window before, on roots, at every step. A shift is the largest difference around, at least 4.5
/// times what such differences are in the same series, by their median: that measures the noise of
/// local levels whatever its autocorrelation, so that neither a random walk nor a yearly season is
/// full of shifts (false ones in 1 of 100 series, docs/models/item_life.md). Needs six windows,
/// half of the values in each, and demand that is not sparse (kSparseInterval); linear in the
/// values. Buckets in `without`, ascending, are left out: outliers.
std::vector<LevelShift> find_level_shifts(const SeriesView& series, Eigen::Index window,
                                          std::span<const Bucket> without = {});

}  // namespace forecart
