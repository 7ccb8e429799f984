#pragma once

#include <span>
#include <string>

namespace forecart {

/// Why values are no demand: one is negative. Empty if they are.
std::string no_demand(std::span<const double> values);

/// Whether every known value is a whole number.
bool whole_numbers(std::span<const double> values);

}  // namespace forecart
