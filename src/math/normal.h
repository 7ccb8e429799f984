#pragma once

namespace forecart {

/// Distribution function of the standard normal.
double normal_cdf(double x);

/// Its inverse at probability in (0, 1), relative error below 1e-15 [Wichura1988, PPND16].
double normal_quantile(double probability);

}  // namespace forecart
