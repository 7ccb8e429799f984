#pragma once

#include "models/series_model.h"

#include <span>
#include <string>

namespace forecart {

/// Widest 95 % interval that a forecast may have, in ranges of the data it was fitted to.
inline constexpr double kWidestInterval = 1000;

/// Why what was fitted to `values` should not be used for the next `horizon` steps: a mean or
/// interval that is not finite, or an interval wider than kWidestInterval ranges of the data (of
/// |level| where they are constant). Empty if it may be used. `future` holds what fitted needs.
std::string instability(const FittedSeries& fitted, std::span<const double> values,
                        Eigen::Index horizon, const Regressors& future = {});

}  // namespace forecart
