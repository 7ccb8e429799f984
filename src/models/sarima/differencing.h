#pragma once

#include "models/sarima/order.h"

#include <Eigen/Core>

#include <span>

namespace forecart::sarima {

/// (1 - B)^d (1 - B^s)^D y without its first order.lost() values; empty if nothing is left.
/// A missing value makes every difference that needs it NaN.
Eigen::VectorXd difference(std::span<const double> y, const SarimaOrder& order);

}  // namespace forecart::sarima
