#pragma once

#include "base/random.h"

#include <optional>

namespace forecart {

/// Quantile at probability in (0, 1) of the gamma distribution with this shape >= 0 and scale 1,
/// relative error below 1e-9: Newton's method kept in a bracket, from the cube-root normal
/// approximation [WilsonHilferty1931], which alone is taken for shapes above 1e4 (error 1e-6).
/// 0 where the quantile is below what doubles hold.
double gamma_quantile(double probability, double shape);

/// Shape of the gamma distribution with this mean and variance; its scale is mean / shape. Nothing
/// where it is as good as a point: a mean that is not above zero, a variance below 1e-18 of its
/// square, or one so large that it is no finite number.
std::optional<double> gamma_shape(double mean, double variance);

/// A draw from that distribution [MarsagliaTsang2000].
double draw_gamma(double shape, Generator& generator);

}  // namespace forecart
