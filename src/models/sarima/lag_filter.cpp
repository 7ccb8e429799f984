#include "models/sarima/lag_filter.h"

#include <Eigen/Core>

#include <algorithm>

namespace forecart::sarima {
namespace {

/// x_t -= a x_{t-lag} for t in [from, to); the caller sees to it that `to - from` <= lag, so that
/// the entries read are never written and the loop may run in any order.
void subtract_lagged(double a, std::size_t lag, std::size_t from, std::size_t to, double* x) {
  const auto count = static_cast<Eigen::Index>(to - from);
  Eigen::Map<Eigen::ArrayXd>(x + from, count) -=
      a * Eigen::Map<const Eigen::ArrayXd>(x + from - lag, count);
}

void invert_first_order(double a, double* x, std::size_t n) {
  double last = 0;
  for (std::size_t t = 0; t < n; ++t) {
    last = x[t] - a * last;
    x[t] = last;
  }
}

}  // namespace

void apply_autoregression(const std::vector<double>& ar, std::size_t s, double* x, std::size_t n) {
  for (std::size_t t = n; t-- > s;) {  // from the end, so that what is read is still untouched
    double sum = x[t];
    for (std::size_t j = 1; j <= ar.size() && j * s <= t; ++j) sum -= ar[j - 1] * x[t - j * s];
    x[t] = sum;
  }
}

void invert_moving_average(const std::vector<double>& ma, std::size_t s, double* x, std::size_t n) {
  if (ma.size() == 1 && s == 1) return invert_first_order(ma[0], x, n);
  for (std::size_t from = s; from < n && !ma.empty(); from += s) {
    const std::size_t to = std::min(from + s, n);
    for (std::size_t j = 1; j <= ma.size() && j * s <= from; ++j) {
      subtract_lagged(ma[j - 1], j * s, from, to, x);
    }
  }
}

void invert_moving_average_backwards(const std::vector<double>& ma, std::size_t s, double* x,
                                     std::size_t n) {
  if (ma.empty()) return;
  for (std::size_t t = n; t-- > 0;) {
    for (std::size_t j = 1; j <= ma.size() && t + j * s < n; ++j) x[t] -= ma[j - 1] * x[t + j * s];
  }
}

double lagged_dot(const double* a, const double* b, std::size_t lag, std::size_t n) {
  if (lag >= n) return 0;
  const auto count = static_cast<Eigen::Index>(n - lag);
  return Eigen::Map<const Eigen::VectorXd>(a + lag, count)
      .dot(Eigen::Map<const Eigen::VectorXd>(b, count));
}

}  // namespace forecart::sarima
