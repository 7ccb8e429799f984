#include "math/gamma.h"

#include "math/chi_squared.h"
#include "math/log_gamma.h"
#include "math/normal.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace forecart {

namespace {

constexpr double kLargeShape = 1e4;

/// Where the lower tail P(a, x) ~ x^a / Gamma(a + 1) alone reaches the probability.
double lower_tail_start(double probability, double a) {
  return std::exp((std::log(probability) + log_gamma(a + 1)) / a);
}

double cube_root_start(double probability, double a) {
  const double c = 1 / (9 * a);
  return a * std::pow(std::max(0.0, 1 - c + normal_quantile(probability) * std::sqrt(c)), 3);
}

}  // namespace

double gamma_quantile(double probability, double shape) {
  assert(probability > 0 && probability < 1);
  if (!(shape > 0)) return 0;
  const double a = shape;
  double x = cube_root_start(probability, a);
  if (a > kLargeShape) return x;
  if (a < 1 || !(x > 0)) x = lower_tail_start(probability, a);
  if (!(x > std::numeric_limits<double>::min())) return 0;
  double low = 0;
  double high = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 200; ++i) {
    const double error = (1 - probability) - upper_gamma(a, x);
    (error > 0 ? high : low) = x;
    const double density = std::exp((a - 1) * std::log(x) - x - log_gamma(a));
    double next = x - error / density;
    if (!(next > low && next < high)) next = std::isinf(high) ? 2 * x : low + (high - low) / 2;
    if (std::abs(next - x) <= 1e-12 * x) return next;
    x = next;
  }
  return x;
}

std::optional<double> gamma_shape(double mean, double variance) {
  constexpr double kMostShape = 1e18;
  const double shape = mean / variance * mean;
  if (!(mean > 0 && variance > 0 && shape > 0 && shape < kMostShape)) return std::nullopt;
  return shape;
}

double draw_gamma(double shape, Generator& generator) {
  assert(shape > 0);
  if (shape < 1) {  // [MarsagliaTsang2000 sec. 6]
    const double u = 1 - generator.uniform();
    return draw_gamma(shape + 1, generator) * std::pow(u, 1 / shape);
  }
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  while (true) {
    const double x = generator.normal();
    const double v = std::pow(1 + c * x, 3);
    if (v <= 0) continue;
    const double u = 1 - generator.uniform();
    if (std::log(u) < x * x / 2 + d * (1 - v + std::log(v))) return d * v;
  }
}

}  // namespace forecart
