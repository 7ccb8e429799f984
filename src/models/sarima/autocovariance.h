#pragma once

#include "models/sarima/arma.h"

#include <cstddef>
#include <vector>

namespace forecart::sarima {

/// psi_0..psi_{count-1} of x = (theta / phi) e, from expanded polynomials as SeasonalArma gives
/// them [BrockwellDavis1991 eq. 3.3.3].
template <class T>
std::vector<T> psi_weights(const LagPolynomial<T>& phi, const LagPolynomial<T>& theta,
                           std::size_t count);

/// gamma(0)..gamma(count-1) of an ARMA in one lag unit, for innovations of variance 1. Exact to
/// rounding also where roots of both sides nearly cancel (docs/models/sarima.md, start).
template <class T>
std::vector<T> autocovariance(const ArmaPart<T>& part, std::size_t count);

/// gamma(0)..gamma(count-1) of the product model, from those of its two factors and a Stein
/// equation of the size of the regular autoregression, never from the expanded polynomial.
template <class T>
std::vector<T> autocovariance(const SeasonalArma<T>& arma, std::size_t count);

/// Where the rank-one recursion begins: F = gamma(0), and K = Cov(state_2, x_1) of length m.
template <class T>
struct Start {
  T variance;
  std::vector<T> gain;   // (m) K
  LagPolynomial<T> phi;  // expanded, as SeasonalArma gives it
};

template <class T>
Start<T> stationary_start(const SeasonalArma<T>& arma);

}  // namespace forecart::sarima
