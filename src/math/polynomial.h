#pragma once

#include "math/dual.h"

#include <cstddef>
#include <vector>

namespace forecart {

/// A polynomial in the lag operator, c_0 + c_1 B + ... + c_n B^n, lowest power first.
template <class T>
using LagPolynomial = std::vector<T>;

/// 1 + sign (a_1 B^s + a_2 B^2s + ...): the polynomial of a model's coefficients.
template <class T>
LagPolynomial<T> lag_polynomial(const std::vector<T>& a, double sign, std::size_t s = 1) {
  LagPolynomial<T> c(a.size() * s + 1, T(0));
  c[0] = T(1);
  for (std::size_t j = 0; j < a.size(); ++j) c[(j + 1) * s] = T(sign) * a[j];
  return c;
}

/// A coefficient that is zero for every parameter, not by chance: value and slopes are zero.
inline bool is_structural_zero(double a) {
  return a == 0;
}
inline bool is_structural_zero(const Dual& a) {
  bool zero = a.value == 0;
  for (const double slope : a.slope) zero = zero && slope == 0;
  return zero;
}

/// The product; zero coefficients of `a` are skipped, so pass the seasonal factor first.
template <class T>
LagPolynomial<T> multiply(const LagPolynomial<T>& a, const LagPolynomial<T>& b) {
  LagPolynomial<T> c(a.size() + b.size() - 1, T(0));
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (is_structural_zero(a[i])) continue;
    for (std::size_t j = 0; j < b.size(); ++j) c[i + j] += a[i] * b[j];
  }
  return c;
}

/// (1 - B)^d (1 - B^s)^D.
LagPolynomial<double> difference_polynomial(int d, int seasonal_d, int s);

}  // namespace forecart
