#pragma once

#include "base/random.h"

namespace forecart {

/// Quantile at probability in (0, 1) of the gamma distribution with this shape >= 0 and scale 1,
/// relative error below 1e-9: Newton's method kept in a bracket, from the cube-root normal
/// approximation [WilsonHilferty1931], which alone is taken for shapes above 1e4 (error 1e-6).
/// 0 where the quantile is below what doubles hold.
double gamma_quantile(double probability, double shape);

/// A draw from that distribution [MarsagliaTsang2000].
double draw_gamma(double shape, Generator& generator);

}  // namespace forecart
