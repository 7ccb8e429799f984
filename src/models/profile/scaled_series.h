#pragma once

#include "series/demand_predictive.h"
#include "series/panel.h"

#include <vector>

namespace forecart {

/// A series as the estimates see it: y = offset + unit z with z >= 0, so that neither huge nor tiny
/// values overflow and ratios make sense for values of any sign. Counts are left as they are; other
/// values are divided by a power of two near the greatest, and those with negative ones measured
/// from the least.
struct Scale {
  DemandKind kind = DemandKind::counts;
  double unit = 1;
  double offset = 0;

  static Scale of(std::span<const double> values);
  /// z; what lies beyond 1e100 units counts as that.
  double in(double y) const;

  /// What a new value makes of the kind: one that is no count, or negative, widens it for good.
  void admit(double y);
};

/// z of every value of a series, NaN where missing or infinite; value i lies in bucket first + i.
struct ScaledSeries {
  Scale scale;
  Bucket first = 0;
  std::vector<double> z;

  explicit ScaledSeries(const SeriesView& series);
  Eigen::Index size() const { return std::ssize(z); }
};

}  // namespace forecart
