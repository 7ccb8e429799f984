#pragma once

#include "models/lstm/head.h"

namespace forecart::lstm {

/// What a head of counts tells lies within exp(+-kReach) times its base.
inline constexpr double kReach = 3;

/// Counts (or amounts that are never negative) whose mean is the base times the exponential of the
/// first number: Poisson, or negative binomial with variance m + a m^2, a the softplus of the
/// second number. Trained on the likelihood.
HeadPtr make_poisson_head();
HeadPtr make_negative_binomial_head(double dispersion);

}  // namespace forecart::lstm
