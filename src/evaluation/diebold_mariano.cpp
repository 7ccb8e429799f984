#include "evaluation/diebold_mariano.h"

#include "math/student_t.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

namespace forecart {

namespace {

/// 1 / n sum_{t > lag} (d_t - mean) (d_{t-lag} - mean).
double autocovariance(std::span<const double> d, double mean, std::size_t lag) {
  double sum = 0;
  for (std::size_t t = lag; t < d.size(); ++t) sum += (d[t] - mean) * (d[t - lag] - mean);
  return sum / static_cast<double>(d.size());
}

}  // namespace

DieboldMariano diebold_mariano(std::span<const double> differences, int overlap) {
  assert(overlap >= 1);
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  const auto h = static_cast<double>(overlap);
  const auto n = static_cast<double>(differences.size());
  if (n < 2 || n <= h) return {kUnknown, kUnknown};
  if (std::ranges::all_of(differences, [](double d) { return d == 0; })) return {0, 1};
  const double mean = std::accumulate(differences.begin(), differences.end(), 0.0) / n;
  // [DieboldMariano1995 sec. 1.1]: the variance of the mean, 1/n (gamma_0 + 2 sum gamma_k)
  double variance = autocovariance(differences, mean, 0) / n;
  for (std::size_t lag = 1; lag < static_cast<std::size_t>(overlap); ++lag) {
    variance += 2 * autocovariance(differences, mean, lag) / n;
  }
  if (!(variance > 0)) {
    return overlap > 1 ? diebold_mariano(differences, 1) : DieboldMariano{kUnknown, kUnknown};
  }
  // [HarveyLeybourneNewbold1997 eq. 9]
  const double correction = std::sqrt((n + 1 - 2 * h + h * (h - 1) / n) / n);
  const double statistic = correction * mean / std::sqrt(variance);
  return {statistic, 2 * student_cdf(-std::abs(statistic), n - 1)};
}

}  // namespace forecart
