#pragma once

#include "models/smoothing/ets_recursion.h"

#include <Eigen/Core>

#include <span>

namespace forecart::ets {

/// Rough natural parameters to start from: the smoothing parameters given, initial states from a
/// line through the means of the first seasons (the first values where there is none) and the mean
/// deviations, or ratios, from it per place [Hyndman2008 sec. 2.6.1]. Needs a known value.
Eigen::VectorXd starting_parameters(const Form& form, const Layout& layout,
                                    std::span<const double> y, const Smoothing& smoothing);

}  // namespace forecart::ets
