#include "models/lstm/measure.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace forecart::lstm {

const char* name_of(Space space) {
  switch (space) {
    case Space::log:
      return "log";
    case Space::scaled:
      return "scaled";
    case Space::centred:
      break;
  }
  return "centred";
}

double nearest_held(Space space, double y) {
  return std::clamp(y, space == Space::centred ? -kGreatestValue : 0, kGreatestValue);
}

double Measure::working(double y) const {
  return space == Space::log ? std::log(std::max(y, floor)) : y;
}

double Measure::value(double working) const {
  return space == Space::log ? std::exp(std::min(working, kGreatestLog)) : working;
}

Measure measure_of(Space space, std::span<const double> values) {
  if (space != Space::log) return {space, 0};
  double least = std::numeric_limits<double>::infinity();
  for (const double y : values) {
    if (y > 0) least = std::min(least, y);
  }
  return {space, std::isfinite(least) ? least / 2 : 1.0};
}

}  // namespace forecart::lstm
