#include "math/chi_squared.h"

#include "math/log_gamma.h"

#include <cassert>
#include <cmath>
#include <limits>

namespace forecart {

namespace {

constexpr int kMaxTerms = 100'000;
constexpr double kPrecision = std::numeric_limits<double>::epsilon();

/// x^a e^-x / Gamma(a).
double scale(double a, double x) {
  return std::exp(a * std::log(x) - x - log_gamma(a));
}

/// P(a, x) = x^a e^-x / Gamma(a) sum_k x^k / (a (a + 1) ... (a + k)).
double lower_by_series(double a, double x) {
  double term = 1 / a;
  double sum = term;
  for (int k = 1; k < kMaxTerms && term > kPrecision * sum; ++k) {
    term *= x / (a + k);
    sum += term;
  }
  return sum * scale(a, x);
}

/// Q(a, x) = x^a e^-x / Gamma(a) / (x + 1 - a - 1 (1 - a) / (x + 3 - a - 2 (2 - a) / ...)),
/// evaluated from the front by Lentz's method [Lentz1976].
double upper_by_fraction(double a, double x) {
  constexpr double kTiny = 1e-300;
  double b = x + 1 - a;
  double c = 1 / kTiny;
  double d = 1 / b;
  double fraction = d;
  for (int k = 1; k < kMaxTerms; ++k) {
    const double numerator = k * (a - k);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    fraction *= d * c;
    if (std::abs(d * c - 1) < kPrecision) break;
  }
  return fraction * scale(a, x);
}

}  // namespace

double upper_gamma(double a, double x) {
  assert(a > 0 && x >= 0);
  if (x == 0) return 1;
  return x < a + 1 ? 1 - lower_by_series(a, x) : upper_by_fraction(a, x);
}

double chi_squared_upper_tail(double statistic, double degrees) {
  if (std::isnan(statistic)) return statistic;
  return statistic <= 0 ? 1 : upper_gamma(degrees / 2, statistic / 2);
}

}  // namespace forecart
