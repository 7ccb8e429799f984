#pragma once

#include <vector>

namespace forecart {

/// What the median of absolute values is multiplied by to give a normal distribution's scale.
constexpr double kMedianToScale = 1.4826;

/// The middle value, or the mean of the two in the middle; 0 for no values. None may be NaN.
double median(std::vector<double> values);

/// The middle value, or the larger of the two in the middle; 0 for no values. None may be NaN. For
/// scales, which it never makes zero while half of the values are not.
double upper_median(std::vector<double> values);

}  // namespace forecart
