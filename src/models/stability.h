#pragma once

#include "models/series_model.h"

#include <span>
#include <string>

namespace forecart {

/// Widest 95 % interval that a forecast may have, in ranges of the data it was fitted to.
inline constexpr double kWidestInterval = 1000;

/// Why this forecast of what follows `values` should not be used: a mean or interval that is not
/// finite, or an interval wider than kWidestInterval ranges of the data (of |level| where they are
/// constant). Empty if it may be used.
std::string instability(const Predictive& forecast, std::span<const double> values);

/// The same of the next `horizon` steps of what was fitted to `values`. `future` holds what fitted
/// needs.
std::string instability(const FittedSeries& fitted, std::span<const double> values,
                        Eigen::Index horizon, const Regressors& future = {});

}  // namespace forecart
