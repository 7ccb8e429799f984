#pragma once

#include "base/random.h"

#include <string>
#include <vector>

namespace forecart {

/// A series that a forecasting method should survive.
struct HostileSeries {
  std::string kind;
  std::vector<double> values;  // NaN is missing, at neither end of a series that has any value
};

/// Names of the kinds, in the order in which hostile_series takes them.
std::vector<std::string> hostile_kinds();

/// One series of kind `kind` (an index into hostile_kinds) and season s: constant, nearly constant,
/// of 1 to 20 values, huge, tiny, of mixed scales, nearly unit-root, explosive, with outliers of
/// 1e6 standard deviations, intermittent, with steps, full of gaps, and exact trends or periods.
HostileSeries hostile_series(std::size_t kind, int s, Generator& generator);

}  // namespace forecart
