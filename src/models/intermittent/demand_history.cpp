#include "models/intermittent/demand_history.h"

#include <fmt/format.h>

#include <cmath>

namespace forecart {

std::string no_demand(std::span<const double> values) {
  for (const double y : values) {
    if (y < 0) return fmt::format("demand is never negative, but one value is {}", y);
  }
  return {};
}

bool whole_numbers(std::span<const double> values) {
  for (const double y : values) {
    if (!std::isnan(y) && y != std::floor(y)) return false;
  }
  return true;
}

}  // namespace forecart
