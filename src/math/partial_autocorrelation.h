#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace forecart {

/// Coefficients a_1..a_p of the autoregression x_t = sum a_j x_{t-j} + e_t whose partial
/// autocorrelations are `partial`; stationary if and only if all lie in (-1, 1).
/// Durbin-Levinson [Monahan1984; BarndorffNielsenSchou1973]. T is double or Dual.
template <class T>
std::vector<T> autoregression_from_partials(const std::vector<T>& partial) {
  std::vector<T> a;
  for (const T& r : partial) {
    const std::vector<T> shorter = a;
    const std::size_t k = a.size();
    for (std::size_t j = 0; j < k; ++j) a[j] = shorter[j] - r * shorter[k - 1 - j];
    a.push_back(r);
  }
  return a;
}

/// The inverse map (step-down); nothing if the autoregression is not strictly stationary.
std::optional<std::vector<double>> partials_from_autoregression(std::vector<double> a);

}  // namespace forecart
