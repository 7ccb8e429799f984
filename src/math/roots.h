#pragma once

#include "math/polynomial.h"

#include <complex>
#include <vector>

namespace forecart {

/// The zeros of c_0 + c_1 z + ... + c_n z^n, c_0 != 0, ascending by modulus: reciprocals of the
/// eigenvalues of the companion matrix, polished by Newton steps. Zero coefficients at the end are
/// cut off; a polynomial in z^g is solved in z^g. Work n^3: degree 400 takes about half a second.
std::vector<std::complex<double>> roots(const LagPolynomial<double>& polynomial);

}  // namespace forecart
