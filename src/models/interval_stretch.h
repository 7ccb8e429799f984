#pragma once

#include <vector>

namespace forecart {

/// What intervals that a model derives from its one-step errors must be stretched by to hold what
/// they say. `errors` are |error| / standard deviation of forecasts several steps ahead, made from
/// `origins` past origins. It is the factor at which the 80 and 95 % intervals hold as many of
/// them, halfway between the two, drawn towards 1.4 in logarithms as if two more origins had shown
/// that; with fewer than eight errors it is 1.4.
double interval_stretch(std::vector<double> errors, double origins);

}  // namespace forecart
