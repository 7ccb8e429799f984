#include "models/sarima/autocovariance.h"

#include "math/partial_autocorrelation.h"

#include <algorithm>
#include <cmath>

namespace forecart::sarima {
namespace {

/// A small dense square matrix over T, rows first.
template <class T>
struct Square {
  std::size_t n;
  std::vector<T> a;

  explicit Square(std::size_t size) : n(size), a(size * size, T(0)) {}
  T& operator()(std::size_t i, std::size_t j) { return a[i * n + j]; }
  const T& operator()(std::size_t i, std::size_t j) const { return a[i * n + j]; }

  static Square identity(std::size_t size) {
    Square result(size);
    for (std::size_t i = 0; i < size; ++i) result(i, i) = T(1);
    return result;
  }
};

template <class T>
Square<T> operator*(const Square<T>& a, const Square<T>& b) {
  Square<T> c(a.n);
  for (std::size_t i = 0; i < a.n; ++i) {
    for (std::size_t k = 0; k < a.n; ++k) {
      for (std::size_t j = 0; j < a.n; ++j) c(i, j) += a(i, k) * b(k, j);
    }
  }
  return c;
}

template <class T>
Square<T> power(Square<T> base, std::size_t exponent) {
  Square<T> result = Square<T>::identity(base.n);
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2 == 1) result = result * base;
    base = base * base;
  }
  return result;
}

template <class T>
std::vector<T> row_times(const std::vector<T>& row, const Square<T>& a) {
  std::vector<T> result(a.n, T(0));
  for (std::size_t i = 0; i < a.n; ++i) {
    for (std::size_t j = 0; j < a.n; ++j) result[j] += row[i] * a(i, j);
  }
  return result;
}

/// x with x a = b: Gaussian elimination on the columns with partial pivoting.
template <class T>
std::vector<T> solve_left(Square<T> a, std::vector<T> b) {
  const std::size_t n = a.n;
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t j = k + 1; j < n; ++j) {
      if (std::abs(plain(a(k, j))) > std::abs(plain(a(k, pivot)))) pivot = j;
    }
    for (std::size_t i = 0; i < n; ++i) std::swap(a(i, k), a(i, pivot));
    std::swap(b[k], b[pivot]);
    for (std::size_t j = k + 1; j < n; ++j) {
      const T factor = a(k, j) / a(k, k);
      for (std::size_t i = k; i < n; ++i) a(i, j) -= factor * a(i, k);
      b[j] -= factor * b[k];
    }
  }
  for (std::size_t k = n; k-- > 0;) {
    for (std::size_t i = k + 1; i < n; ++i) b[k] -= b[i] * a(i, k);
    b[k] /= a(k, k);
  }
  return b;
}

/// Companion matrix of an autoregression: (f(j+1), f(j), ..)' = C (f(j), f(j-1), ..)'.
template <class T>
Square<T> companion(const std::vector<T>& ar) {
  Square<T> c(ar.size());
  for (std::size_t j = 0; j < ar.size(); ++j) c(0, j) = ar[j];
  for (std::size_t j = 1; j < ar.size(); ++j) c(j, j - 1) = T(1);
  return c;
}

/// Autocovariances of the pure autoregression with innovations of variance 1, by the Levinson
/// recursion run upwards from gamma(0) = 1 / prod(1 - r_k^2).
template <class T>
std::vector<T> autoregressive_covariance(const ArmaPart<T>& part, std::size_t count) {
  T variance(1);
  for (const T& r : part.partial) variance /= (T(1) - r) * (T(1) + r);
  std::vector<T> gamma{variance};
  std::vector<T> a;  // predictor of order k
  for (std::size_t k = 0; k < part.partial.size(); ++k) {
    const T& r = part.partial[k];
    T next = r * variance;
    for (std::size_t j = 0; j < k; ++j) next += a[j] * gamma[k - j];
    gamma.push_back(next);
    variance *= (T(1) - r) * (T(1) + r);
    const std::vector<T> shorter = a;
    for (std::size_t j = 0; j < k; ++j) a[j] -= r * shorter[k - 1 - j];
    a.push_back(r);
  }
  while (gamma.size() < count) {
    T next(0);
    for (std::size_t j = 0; j < part.ar.size(); ++j) {
      next += part.ar[j] * gamma[gamma.size() - 1 - j];
    }
    gamma.push_back(next);
  }
  return gamma;
}

/// Numerator of (theta - phi) / B: eta_i = ma_{i+1} + ar_{i+1}.
template <class T>
std::vector<T> excess(const ArmaPart<T>& part) {
  std::vector<T> eta(std::max(part.ar.size(), part.ma.size()), T(0));
  for (std::size_t i = 0; i < part.ar.size(); ++i) eta[i] += part.ar[i];
  for (std::size_t i = 0; i < part.ma.size(); ++i) eta[i] += part.ma[i];
  return eta;
}

/// sum_i eta_i eta_{i+lag}.
template <class T>
std::vector<T> self_products(const std::vector<T>& eta) {
  std::vector<T> c(eta.size(), T(0));
  for (std::size_t lag = 0; lag < eta.size(); ++lag) {
    for (std::size_t i = 0; i + lag < eta.size(); ++i) c[lag] += eta[i] * eta[i + lag];
  }
  return c;
}

std::size_t distance(std::size_t a, std::size_t b) {
  return a > b ? a - b : b - a;
}

/// Sums sum_{l in Z} g(l) f(k - s l) of a product model; f and g are the autocovariances of its
/// regular and seasonal factors. From `explicit_terms_` on, f follows its autoregression and the
/// sum is a rational function of M = C^s (docs/models/sarima.md, start).
template <class T>
class ProductSum {
 public:
  ProductSum(const SeasonalArma<T>& arma, std::size_t count)
      : arma_(arma),
        explicit_terms_(1 + (arma.regular.ma.size() + arma.s - 1) / arma.s),
        last_row_((count + arma.s - 1) / arma.s),
        reach_(2 * explicit_terms_ + last_row_ + arma.seasonal.ar.size() + arma.seasonal.ma.size() +
               2),
        f_(autocovariance(arma.regular, arma.s * (explicit_terms_ + 1) + 1)),
        g_(autocovariance(arma.seasonal, reach_ + last_row_)),
        step_(power(companion(arma.regular.ar), arma.s)),
        denominator_(polynomial_in_step()) {}

  std::vector<T> lags(std::size_t count) {
    std::vector<T> gamma(count);
    std::vector<T> down;
    std::vector<T> up;
    for (std::size_t k = 0; k < count; ++k) {
      const std::size_t c = k / arma_.s;
      if (k % arma_.s == 0) {
        down = tail([&](std::size_t l) { return g_[distance(c, explicit_terms_ + l)]; }, c);
        up = tail([&](std::size_t l) { return g_[c + explicit_terms_ + l]; }, 0);
      }
      gamma[k] = one(c, k % arma_.s, down, up);
    }
    return gamma;
  }

 private:
  T one(std::size_t c, std::size_t r, const std::vector<T>& down, const std::vector<T>& up) const {
    const std::size_t far = arma_.s * explicit_terms_;
    T sum = dot(down, r + far) + dot(up, far - r);
    for (std::size_t l = 0; l < explicit_terms_; ++l) {
      sum += g_[distance(c, l)] * f_[r + arma_.s * l];
      if (l > 0) sum += g_[c + l] * f_[arma_.s * l - r];
    }
    return sum;
  }

  /// row (f(j), f(j-1), ..)'.
  T dot(const std::vector<T>& row, std::size_t j) const {
    T sum(0);
    for (std::size_t i = 0; i < row.size(); ++i) sum += row[i] * f_[distance(j, i)];
    return sum;
  }

  Square<T> polynomial_in_step() const {
    Square<T> result = Square<T>::identity(step_.n);
    Square<T> m = step_;
    for (const T& phi : arma_.seasonal.ar) {
      for (std::size_t i = 0; i < m.a.size(); ++i) result.a[i] -= phi * m.a[i];
      m = m * step_;
    }
    return result;
  }

  /// e1' sum_l h(l) M^l for a sequence that follows the seasonal autoregression but for its first
  /// `late` terms more than P and Q explain: (e1' n(M)) Phi(M)^-1 with n = Phi h cut off.
  template <class Sequence>
  std::vector<T> tail(const Sequence& h, std::size_t late) const {
    const std::vector<T>& phi = arma_.seasonal.ar;
    std::vector<T> power_row(step_.n, T(0));
    std::vector<T> numerator(step_.n, T(0));
    if (step_.n == 0) return numerator;
    power_row[0] = T(1);
    const std::size_t length = std::max(phi.size(), arma_.seasonal.ma.size() + 1 + late);
    for (std::size_t l = 0; l < length; ++l) {
      T n = h(l);
      for (std::size_t j = 1; j <= std::min(l, phi.size()); ++j) n -= phi[j - 1] * h(l - j);
      for (std::size_t i = 0; i < step_.n; ++i) numerator[i] += n * power_row[i];
      power_row = row_times(power_row, step_);
    }
    return solve_left(denominator_, numerator);
  }

  const SeasonalArma<T>& arma_;
  std::size_t explicit_terms_;
  std::size_t last_row_;
  std::size_t reach_;
  std::vector<T> f_;
  std::vector<T> g_;
  Square<T> step_;  // M = C^s
  Square<T> denominator_;
};

/// K_i += sum_{j > i} c_j gamma(j - i - 1) over the non-zero c_j.
template <class T>
void add_correlation(const LagPolynomial<T>& c, const std::vector<T>& gamma, std::vector<T>& k) {
  for (std::size_t j = 1; j < c.size(); ++j) {
    if (is_structural_zero(c[j])) continue;
    for (std::size_t i = 0; i < j; ++i) k[i] += c[j] * gamma[j - 1 - i];
  }
}

}  // namespace

template <class T>
std::vector<T> psi_weights(const LagPolynomial<T>& phi, const LagPolynomial<T>& theta,
                           std::size_t count) {
  std::vector<std::size_t> lags;
  for (std::size_t j = 1; j < phi.size(); ++j) {
    if (!is_structural_zero(phi[j])) lags.push_back(j);
  }
  std::vector<T> psi(count, T(0));
  for (std::size_t k = 0; k < count; ++k) {
    if (k < theta.size()) psi[k] = theta[k];
    for (const std::size_t j : lags) {
      if (j > k) break;
      psi[k] += phi[j] * psi[k - j];
    }
  }
  return psi;
}

template <class T>
std::vector<T> autocovariance(const ArmaPart<T>& part, std::size_t count) {
  const std::vector<T> eta = excess(part);
  const std::size_t h = eta.size();
  count = std::max(count, h + 1);
  const std::vector<T> c = self_products(eta);
  const std::vector<T> u = autoregressive_covariance(part, 2 * h + 1);
  std::vector<T> gamma(count, T(0));
  for (std::size_t k = 0; k < std::min(count, h + 1); ++k) {
    for (std::size_t lag = 0; lag < h; ++lag) {
      gamma[k] += c[lag] * u[k + lag];
      if (lag > 0) gamma[k] += c[lag] * u[distance(k, lag)];
    }
  }
  for (std::size_t k = h + 1; k < count; ++k) {
    for (std::size_t j = 1; j <= part.ar.size(); ++j) gamma[k] += part.ar[j - 1] * gamma[k - j];
  }
  LagPolynomial<T> phi = lag_polynomial(part.ar, 1);
  const std::vector<T> psi = psi_weights(phi, lag_polynomial(part.ma, 1), count);
  for (std::size_t k = 0; k < count; ++k) gamma[k] += psi[k];
  return gamma;
}

template <class T>
std::vector<T> autocovariance(const SeasonalArma<T>& arma, std::size_t count) {
  if (arma.seasonal.ar.empty() && arma.seasonal.ma.empty()) {
    return autocovariance(arma.regular, count);
  }
  return ProductSum<T>(arma, count).lags(count);
}

template <class T>
Start<T> stationary_start(const SeasonalArma<T>& arma) {
  Start<T> start;
  start.phi = arma.expanded_ar();
  const LagPolynomial<T> theta = arma.expanded_ma();
  const std::size_t p = start.phi.size() - 1;
  const std::vector<T> gamma = autocovariance(arma, std::max<std::size_t>(p, 1));
  start.variance = gamma[0];
  start.gain.assign(arma.state_size(), T(0));
  add_correlation(start.phi, gamma, start.gain);
  add_correlation(theta, psi_weights(start.phi, theta, theta.size() - 1), start.gain);
  return start;
}

template std::vector<double> psi_weights(const LagPolynomial<double>&, const LagPolynomial<double>&,
                                         std::size_t);
template std::vector<double> autocovariance(const ArmaPart<double>&, std::size_t);
template std::vector<double> autocovariance(const SeasonalArma<double>&, std::size_t);
template Start<double> stationary_start(const SeasonalArma<double>&);
template Start<Dual> stationary_start(const SeasonalArma<Dual>&);

}  // namespace forecart::sarima
