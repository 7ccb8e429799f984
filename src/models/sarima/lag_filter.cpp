#include "models/sarima/lag_filter.h"

#include "models/sarima/wide.h"

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

/// x_t -= a x_{t+lag} for t in [from, to), under the same condition.
void subtract_leading(double a, std::size_t lag, std::size_t from, std::size_t to, double* x) {
  const auto count = static_cast<Eigen::Index>(to - from);
  Eigen::Map<Eigen::ArrayXd>(x + from, count) -=
      a * Eigen::Map<const Eigen::ArrayXd>(x + from + lag, count);
}

/// x_t -= a x_{t-1}, in the direction of the step (1 or -1) from *x on. Four at a time are first
/// solved as if nothing came before, which no later value waits for; only the last one is carried.
template <std::ptrdiff_t kStep>
void invert_first_order(double a, double* x, std::size_t n) {
  const double b = -a;
  const double powers[4] = {b, b * b, b * b * b, (b * b) * (b * b)};
  double last = 0;
  std::size_t t = 0;
  for (; t + 4 <= n; t += 4, x += 4 * kStep) {
    const double x0 = x[0];
    const double x1 = x[kStep] + b * x0;
    const double x2 = x[2 * kStep] + b * x1;
    const double x3 = x[3 * kStep] + b * x2;
    x[0] = x0 + powers[0] * last;
    x[kStep] = x1 + powers[1] * last;
    x[2 * kStep] = x2 + powers[2] * last;
    last = x3 + powers[3] * last;
    x[3 * kStep] = last;
  }
  for (; t < n; ++t, x += kStep) {
    last = *x + b * last;
    *x = last;
  }
}

/// x_t -= sum_j ma_j x_{t-j} in the direction of the step. What came before stays in registers, and
/// only the latest value is waited for.
template <std::size_t kOrder, std::ptrdiff_t kStep>
FORECART_PART_OF_WIDE void invert_order(const double* ma, double* x, std::size_t n) {
  double last[kOrder] = {};
  for (std::size_t t = 0; t < n; ++t, x += kStep) {
    double value = *x;
    for (std::size_t j = kOrder; j-- > 0;) value -= ma[j] * last[j];
    for (std::size_t j = kOrder - 1; j > 0; --j) last[j] = last[j - 1];
    *x = last[0] = value;
  }
}

/// Orders that invert_short takes.
constexpr std::size_t kShortest = 2;
constexpr std::size_t kLongest = 5;

template <std::ptrdiff_t kStep>
FORECART_PART_OF_WIDE void invert_short(const std::vector<double>& ma, double* x, std::size_t n) {
  switch (ma.size()) {
    case 2:
      return invert_order<2, kStep>(ma.data(), x, n);
    case 3:
      return invert_order<3, kStep>(ma.data(), x, n);
    case 4:
      return invert_order<4, kStep>(ma.data(), x, n);
    default:
      return invert_order<kLongest, kStep>(ma.data(), x, n);
  }
}

FORECART_WIDE void invert_short_forwards(const std::vector<double>& ma, double* x, std::size_t n) {
  invert_short<1>(ma, x, n);
}

FORECART_WIDE void invert_short_backwards(const std::vector<double>& ma, double* x, std::size_t n) {
  invert_short<-1>(ma, x + n - 1, n);
}

bool is_short(const std::vector<double>& ma, std::size_t s) {
  return s == 1 && ma.size() >= kShortest && ma.size() <= kLongest;
}

/// Seasons below this are not worth working on block by block.
constexpr std::size_t kWorthBlocks = 4;

void invert_backwards_singly(const std::vector<double>& ma, std::size_t s, double* x,
                             std::size_t n) {
  for (std::size_t t = n; t-- > 0;) {
    for (std::size_t j = 1; j <= ma.size() && t + j * s < n; ++j) x[t] -= ma[j - 1] * x[t + j * s];
  }
}

void invert_singly(const std::vector<double>& ma, std::size_t s, double* x, std::size_t n) {
  for (std::size_t t = s; t < n; ++t) {
    for (std::size_t j = 1; j <= ma.size() && j * s <= t; ++j) x[t] -= ma[j - 1] * x[t - j * s];
  }
}

/// Values that are filtered together, in a buffer of their own.
constexpr std::size_t kChunk = 256;

/// x_t -= sum_j ar_j x_{t-js} for t in [from, to), reading nothing that it has written.
void filter_chunk(const std::vector<double>& ar, std::size_t s, std::size_t from, std::size_t to,
                  double* x) {
  double sums[kChunk];
  std::copy(x + from, x + to, sums);
  for (std::size_t j = 1; j <= ar.size() && j * s < to; ++j) {
    const std::size_t begin = std::max(from, j * s);
    const auto count = static_cast<Eigen::Index>(to - begin);
    Eigen::Map<Eigen::ArrayXd>(sums + (begin - from), count) -=
        ar[j - 1] * Eigen::Map<const Eigen::ArrayXd>(x + begin - j * s, count);
  }
  std::copy(sums, sums + (to - from), x + from);
}

}  // namespace

void apply_autoregression(const std::vector<double>& ar, std::size_t s, double* x, std::size_t n) {
  if (ar.empty()) return;
  for (std::size_t to = n; to > s;) {  // from the end, so that what is read is still untouched
    const std::size_t from = std::max(s, to - std::min(to, kChunk));
    filter_chunk(ar, s, from, to, x);
    to = from;
  }
}

void invert_moving_average(const std::vector<double>& ma, std::size_t s, double* x, std::size_t n) {
  if (ma.size() == 1 && s == 1) return invert_first_order<1>(ma[0], x, n);
  if (is_short(ma, s)) return invert_short_forwards(ma, x, n);
  if (s < kWorthBlocks) return invert_singly(ma, s, x, n);
  for (std::size_t from = s; from < n && !ma.empty(); from += s) {
    const std::size_t to = std::min(from + s, n);
    for (std::size_t j = 1; j <= ma.size() && j * s <= from; ++j) {
      subtract_lagged(ma[j - 1], j * s, from, to, x);
    }
  }
}

void invert_moving_average_backwards(const std::vector<double>& ma, std::size_t s, double* x,
                                     std::size_t n) {
  if (ma.empty() || n == 0) return;
  if (ma.size() == 1 && s == 1) return invert_first_order<-1>(ma[0], x + n - 1, n);
  if (is_short(ma, s)) return invert_short_backwards(ma, x, n);
  if (s < kWorthBlocks) return invert_backwards_singly(ma, s, x, n);
  for (std::size_t to = n - std::min(n, s); to > 0;) {
    const std::size_t from = to - std::min(to, s);
    for (std::size_t j = 1; j <= ma.size() && from + j * s < n; ++j) {
      subtract_leading(ma[j - 1], j * s, from, std::min(to, n - j * s), x);
    }
    to = from;
  }
}

double lagged_dot(const double* a, const double* b, std::size_t lag, std::size_t n) {
  if (lag >= n) return 0;
  const auto count = static_cast<Eigen::Index>(n - lag);
  return Eigen::Map<const Eigen::VectorXd>(a + lag, count)
      .dot(Eigen::Map<const Eigen::VectorXd>(b, count));
}

}  // namespace forecart::sarima
