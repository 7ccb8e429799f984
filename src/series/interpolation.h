#pragma once

#include <span>
#include <vector>

namespace forecart {

/// Missing values (NaN) on the straight line between their neighbours; before the first and after
/// the last known value they take that value. All missing: all zero.
std::vector<double> linear_fill(std::span<const double> values);

/// Missing values from the seasonally adjusted series: filled linearly once, decomposed by a
/// constant season per period given, and filled linearly again after the seasons are away, which
/// then come back. Seasons the series does not hold more than two of are passed over; without
/// missing values the result is the input.
std::vector<double> seasonal_fill(std::span<const double> values, std::span<const int> seasons);

}  // namespace forecart
