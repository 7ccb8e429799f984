#include "series/diagnostics.h"

#include "math/chi_squared.h"

#include <cmath>
#include <limits>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::VectorXd;

Index known(std::span<const double> values) {
  Index count = 0;
  for (const double value : values) count += std::isnan(value) ? 0 : 1;
  return count;
}

/// Deviations from the mean of the known values; 0 where missing, so that sums pass over it.
VectorXd deviations(std::span<const double> values) {
  VectorXd x = Eigen::Map<const VectorXd>(values.data(), static_cast<Index>(values.size()));
  const auto missing = x.array().isNaN();
  const auto count = static_cast<double>(known(values));
  const double mean = missing.select(0, x).sum() / count;
  return missing.select(0, x.array() - mean);
}

}  // namespace

VectorXd autocorrelations(std::span<const double> values, Index max_lag) {
  VectorXd r = VectorXd::Zero(max_lag + 1);
  r[0] = 1;
  if (known(values) < 2) return r;
  const VectorXd x = deviations(values);
  const double variance = x.squaredNorm();
  if (!(variance > 0)) return r;
  for (Index k = 1; k <= std::min(max_lag, x.size() - 1); ++k)
    r[k] = x.head(x.size() - k).dot(x.tail(x.size() - k)) / variance;
  return r;
}

VectorXd partial_autocorrelations(std::span<const double> values, Index max_lag) {
  const VectorXd r = autocorrelations(values, max_lag);
  VectorXd partial = VectorXd::Zero(max_lag);
  VectorXd phi = VectorXd::Zero(max_lag);  // of the best predictor from the last k values
  double error = 1;
  for (Index k = 0; k < max_lag && error > 0; ++k) {
    const double a = (r[k + 1] - phi.head(k).dot(r.segment(1, k).reverse())) / error;
    phi.head(k) -= (a * phi.head(k).reverse()).eval();
    phi[k] = a;
    partial[k] = a;
    error *= 1 - a * a;
  }
  return partial;
}

PortmanteauTest ljung_box(std::span<const double> residuals, Index max_lag, int fitted) {
  const VectorXd r = autocorrelations(residuals, max_lag);
  const auto n = static_cast<double>(known(residuals));
  PortmanteauTest test;
  for (Index k = 1; k <= max_lag && static_cast<double>(k) < n; ++k)
    test.statistic += n * (n + 2) * r[k] * r[k] / (n - static_cast<double>(k));
  test.degrees = static_cast<double>(max_lag - fitted);
  test.p_value = test.degrees > 0 ? chi_squared_upper_tail(test.statistic, test.degrees)
                                  : std::numeric_limits<double>::quiet_NaN();
  return test;
}

}  // namespace forecart
