#include "models/profile/scaled_series.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace forecart {

namespace {

/// Whole numbers beyond this are amounts, not counts: neighbouring doubles need not be whole.
constexpr double kLargestCount = 1e9;

bool is_count(double y) {
  return y >= 0 && y <= kLargestCount && y == std::floor(y);
}

}  // namespace

Scale Scale::of(std::span<const double> values) {
  Scale scale;
  double least = std::numeric_limits<double>::infinity();
  double greatest = -least;
  for (const double y : values) {
    if (!std::isfinite(y)) continue;
    scale.admit(y);
    least = std::min(least, y);
    greatest = std::max(greatest, y);
  }
  if (scale.kind == DemandKind::counts || least > greatest) return scale;
  if (scale.kind == DemandKind::real) scale.offset = least;
  const double range = std::min(greatest - scale.offset, std::numeric_limits<double>::max());
  if (range > 0) scale.unit = std::exp2(std::ilogb(range));
  return scale;
}

double Scale::in(double y) const {
  constexpr double kFarthest = 1e100;
  return std::clamp(y / unit - offset / unit, -kFarthest, kFarthest);  // no sum that overflows
}

void Scale::admit(double y) {
  if (y < 0) kind = DemandKind::real;
  if (kind == DemandKind::counts && !is_count(y)) kind = DemandKind::positive;
}

ScaledSeries::ScaledSeries(const SeriesView& series)
    : scale(Scale::of(series.values)), first(series.first) {
  z.reserve(series.values.size());
  for (const double y : series.values) {
    z.push_back(std::isfinite(y) ? scale.in(y) : std::numeric_limits<double>::quiet_NaN());
  }
}

}  // namespace forecart
