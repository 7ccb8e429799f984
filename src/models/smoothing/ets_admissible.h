#pragma once

#include "models/smoothing/ets_recursion.h"

namespace forecart::ets {

/// The usual region of the smoothing parameters, with R's bounds: lowest <= alpha, gamma <=
/// highest, lowest <= beta <= alpha, gamma <= 1 - alpha, lowest_phi <= phi <= highest_phi.
struct UsualRegion {
  double lowest = 1e-4;
  double highest = 1 - 1e-4;
  double lowest_phi = 0.8;
  double highest_phi = 0.98;
};

/// Whether errors of the distant past die out of the forecasts of an additive trend (damped by phi)
/// with an additive season: all zeros of the characteristic polynomial lie inside the unit circle
/// [HyndmanAkramArchibald2008 sec. 3]. Within the usual region every form without a trend or
/// without a season is admissible.
bool is_admissible(const Smoothing& smoothing, Eigen::Index season_length);

/// The largest admissible beta in [lowest, highest] beside the other parameters; the admissible
/// ones are an interval (ibid. sec. 3). NaN where even the lowest is not.
double largest_beta(Smoothing smoothing, Eigen::Index season_length, double lowest, double highest);

}  // namespace forecart::ets
