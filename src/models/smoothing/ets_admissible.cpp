#include "models/smoothing/ets_admissible.h"

#include <cmath>
#include <limits>
#include <vector>

namespace forecart::ets {
namespace {

/// Halvings that take an interval of length 1 to the precision of the other bounds.
constexpr int kHalvings = 40;

/// Whether all zeros of z^n + c_1 z^{n-1} + ... + c_n lie inside the unit circle, by the step-down
/// recursion of Schur and Cohn.
bool zeros_inside(std::vector<double> c) {
  std::vector<double> lower(c.size());
  for (std::size_t n = c.size(); n > 0; --n) {
    const double k = c[n - 1];
    if (!(std::abs(k) < 1)) return false;
    for (std::size_t i = 0; i + 1 < n; ++i) lower[i] = (c[i] - k * c[n - 2 - i]) / (1 - k * k);
    c.swap(lower);
  }
  return true;
}

}  // namespace

bool is_admissible(const Smoothing& smoothing, Eigen::Index season_length) {
  const auto& [alpha, beta, gamma, phi] = smoothing;
  const auto m = static_cast<std::size_t>(season_length);
  const double middle = alpha + beta - alpha * phi;
  std::vector<double> c(m + 1, middle);
  c[0] = alpha + beta - phi;
  c[m - 1] += gamma - 1;
  c[m] = phi * (1 - alpha - gamma);
  return zeros_inside(std::move(c));
}

double largest_beta(Smoothing smoothing, Eigen::Index season_length, double lowest,
                    double highest) {
  const auto allowed = [&](double beta) {
    smoothing.beta = beta;
    return is_admissible(smoothing, season_length);
  };
  if (allowed(highest)) return highest;
  if (!allowed(lowest)) return std::numeric_limits<double>::quiet_NaN();
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = 0.5 * (lowest + highest);
    (allowed(middle) ? lowest : highest) = middle;
  }
  return lowest;
}

}  // namespace forecart::ets
