#include "math/roots.h"

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>
#include <numeric>

namespace forecart {

namespace {

using Complex = std::complex<double>;
using Eigen::Index;
using Eigen::MatrixXd;

/// The greatest g such that the polynomial has powers of z^g only.
std::size_t common_step(const LagPolynomial<double>& c) {
  std::size_t step = 0;
  for (std::size_t j = 1; j < c.size(); ++j) {
    if (c[j] != 0) step = std::gcd(step, j);
  }
  return step;
}

/// Companion matrix of u^n + c_1/c_0 u^{n-1} + ... + c_n/c_0, whose zeros are the reciprocals.
MatrixXd companion(const LagPolynomial<double>& c) {
  const auto n = static_cast<Index>(c.size()) - 1;
  MatrixXd matrix = MatrixXd::Zero(n, n);
  for (Index j = 0; j < n; ++j) matrix(0, j) = -c[static_cast<std::size_t>(j) + 1] / c[0];
  matrix.diagonal(-1).setOnes();
  return matrix;
}

/// A Newton step of the reciprocal polynomial at u, if it makes the value smaller.
Complex polished(const LagPolynomial<double>& c, Complex u) {
  const auto value_and_slope = [&c](Complex at) {
    Complex value = 0;
    Complex slope = 0;
    for (const double a : c) {
      slope = slope * at + value;
      value = value * at + a;
    }
    return std::pair(value, slope);
  };
  for (int i = 0; i < 3; ++i) {
    const auto [value, slope] = value_and_slope(u);
    const Complex next = u - value / slope;
    if (!(std::abs(value_and_slope(next).first) < std::abs(value))) return u;
    u = next;
  }
  return u;
}

/// All g-th roots of z, added to `into`.
void add_radicals(Complex z, std::size_t g, std::vector<Complex>& into) {
  const double modulus = std::pow(std::abs(z), 1 / static_cast<double>(g));
  for (std::size_t k = 0; k < g; ++k) {
    const double turn = 2 * std::numbers::pi * static_cast<double>(k);
    into.push_back(std::polar(modulus, (std::arg(z) + turn) / static_cast<double>(g)));
  }
}

LagPolynomial<double> every(const LagPolynomial<double>& c, std::size_t step) {
  LagPolynomial<double> result;
  for (std::size_t j = 0; j < c.size(); j += step) result.push_back(c[j]);
  return result;
}

}  // namespace

std::vector<Complex> roots(const LagPolynomial<double>& polynomial) {
  LagPolynomial<double> c = polynomial;
  while (!c.empty() && c.back() == 0) c.pop_back();
  std::vector<Complex> result;
  if (c.size() < 2) return result;
  assert(c.front() != 0);
  const std::size_t step = common_step(c);
  c = every(c, step);
  const Eigen::EigenSolver<MatrixXd> solver(companion(c), false);
  for (const Complex u : solver.eigenvalues()) add_radicals(1.0 / polished(c, u), step, result);
  std::sort(result.begin(), result.end(),
            [](Complex a, Complex b) { return std::abs(a) < std::abs(b); });
  return result;
}

}  // namespace forecart
