#include "models/sarima/recursion.h"

#include "models/sarima/wide.h"

#include <algorithm>
#include <cmath>

namespace forecart::sarima {
namespace {

constexpr std::size_t kStepsBetweenChecks = 8;
/// Relative error of the recursion's invariant beyond which it has lost too many digits.
constexpr double kLostDigits = 1e-9;
/// Largest variance of the process in innovations: with several roots this near the unit circle the
/// invariant alone does not see every loss (docs/models/sarima.md, limits).
constexpr double kLargestStart = 1e5;

/// log of a long product, with few logarithms.
class LogProduct {
 public:
  void multiply(double factor) {
    product_ *= factor;
    if (product_ > 1e100 || product_ < 1e-100) flush();
  }
  double value() {
    flush();
    return log_;
  }

 private:
  void flush() {
    log_ += std::log(product_);
    product_ = 1;
  }
  double product_ = 1;
  double log_ = 0;
};

FORECART_PART_OF_WIDE double square_norm(const std::vector<double>& v, std::size_t m) {
  double sum = 0;
  for (std::size_t i = 0; i < m; ++i) sum += v[i] * v[i];
  return sum;
}

/// w_{t+1+i} -= theta_{t,i} e_t.
FORECART_PART_OF_WIDE void remove_innovation(const double* theta, std::size_t size, double e,
                                             double* w) {
  for (std::size_t i = 0; i < size; i += kBlock) {
    FORECART_LANES(w + i) -= FORECART_CONST_LANES(theta + i) * e;
  }
}

/// theta'_i = (theta_i - rho lambda_{i+1}) / d and lambda'_i = (lambda_{i+1} - rho theta_i) / d,
/// joined with remove_innovation for the first column.
FORECART_PART_OF_WIDE void advance(double* theta, double* lambda, double* w, std::size_t size,
                                   double e, double rho) {
  const double inverse = 1 / ((1 - rho) * (1 + rho));
  const double cross = rho * inverse;
  for (std::size_t i = 0; i < size; i += kBlock) {
    const Lanes a = FORECART_CONST_LANES(theta + i);
    const Lanes b = FORECART_CONST_LANES(lambda + i + 1);
    FORECART_LANES(w + i) -= a * e;
    FORECART_LANES(theta + i) = a * inverse - b * cross;
    FORECART_LANES(lambda + i) = b * inverse - a * cross;
  }
}

struct Sums {
  double innovation;  // sum theta_i wbar_{t+1+i}
  double cross;       // sum thetabar' lambda' + lambdabar' theta'
  double own;         // sum thetabar' theta' + lambdabar' lambda'
};

FORECART_PART_OF_WIDE double total(const Lanes& v) {
  return (v[0] + v[1]) + (v[2] + v[3]);
}

/// One step back: theta, lambda and their adjoints from t + 1 to t, block by block from the top so
/// that the shift of lambda may be done in place.
FORECART_PART_OF_WIDE Sums retreat(double* theta, double* lambda, double* theta_bar,
                                   double* lambda_bar, const double* w_bar, std::size_t size,
                                   double e, double rho) {
  const double inverse = 1 / ((1 - rho) * (1 + rho));
  const double cross = rho * inverse;
  Lanes innovation{};
  Lanes crossed{};
  Lanes own{};
  for (std::size_t k = size; k > 0; k -= kBlock) {
    const std::size_t i = k - kBlock;
    const Lanes a = FORECART_CONST_LANES(theta + i);
    const Lanes b = FORECART_CONST_LANES(lambda + i);
    const Lanes abar = FORECART_CONST_LANES(theta_bar + i);
    const Lanes bbar = FORECART_CONST_LANES(lambda_bar + i);
    const Lanes later = FORECART_CONST_LANES(w_bar + i);
    const Lanes before = a + b * rho;
    innovation += before * later;
    crossed += abar * b + bbar * a;
    own += abar * a + bbar * b;
    FORECART_LANES(theta + i) = before;
    FORECART_LANES(lambda + i + 1) = b + a * rho;
    FORECART_LANES(theta_bar + i) = abar * inverse - bbar * cross - later * e;
    FORECART_LANES(lambda_bar + i + 1) = bbar * inverse - abar * cross;
  }
  return {total(innovation), total(crossed), total(own)};
}

}  // namespace

FORECART_WIDE void run_transient(Transient& t) {
  const std::size_t size = padded(t.m);
  LogProduct determinant;
  std::size_t k = 0;
  t.stable = !(t.variance > kLargestStart);
  for (; k < t.n && t.stable; ++k) {
    if (k % kStepsBetweenChecks == 0 &&
        static_cast<double>(t.m) * square_norm(t.lambda, t.m) < kSteady) {
      break;
    }
    const double rho = t.lambda[0];
    if (!(std::abs(rho) < 1)) {
      t.stable = false;
      break;
    }
    t.partials.push_back(rho);
    t.variances.push_back(t.variance);
    determinant.multiply(t.variance);
    for (std::size_t c = 1; c < t.columns.size(); ++c) {
      remove_innovation(t.theta.data(), size, t.columns[c][k], t.columns[c] + k + 1);
    }
    double* w = t.columns[0] + k;
    advance(t.theta.data(), t.lambda.data(), w + 1, size, w[0], rho);
    t.variance *= (1 - rho) * (1 + rho);
  }
  t.steps = k;
  t.log_determinant = determinant.value();
  const double energy = t.variance * (1 + square_norm(t.theta, t.m) - square_norm(t.lambda, t.m));
  t.stable = t.stable && std::abs(energy - t.energy) < kLostDigits * t.energy;
}

FORECART_WIDE void run_transient_adjoint(Transient& t, const double* innovations, double* column,
                                         TransientAdjoint& adjoint) {
  const std::size_t size = padded(t.m);
  adjoint.theta.assign(size + kBlock, 0.0);
  adjoint.lambda.assign(size + kBlock, 0.0);
  adjoint.variance = 0;
  for (std::size_t k = t.steps; k-- > 0;) {
    const double rho = t.partials[k];
    const double variance = t.variances[k];
    const double d = (1 - rho) * (1 + rho);
    const double e = innovations[k];
    const Sums s = retreat(t.theta.data(), t.lambda.data(), adjoint.theta.data(),
                           adjoint.lambda.data(), column + k + 1, size, e, rho);
    const double weighted = e / (variance * adjoint.sigma2);
    column[k] = weighted - s.innovation;
    t.lambda[0] = rho;
    t.lambda[t.m] = 0;
    adjoint.lambda[0] = (rho * s.own - s.cross) / d - 2 * rho * adjoint.variance * variance;
    adjoint.lambda[t.m] = 0;
    adjoint.variance =
        adjoint.variance * d + 0.5 * (adjoint.log_variances - weighted * e) / variance;
  }
}

}  // namespace forecart::sarima
