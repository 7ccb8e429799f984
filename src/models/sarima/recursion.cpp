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

/// Where the unnormalised recursion stands: K_t = F_t theta_t and L_t = F_t lambda_t.
struct Gains {
  double* k;         // (size + kBlock)
  double* l;         // (size + kBlock)
  std::size_t size;  // padded(m)
};

/// One step: w_{t+1+i} -= K_i x with x = e / F.
FORECART_PART_OF_WIDE void remove_innovation(const Gains& g, double x, double* w) {
  for (std::size_t i = 0; i < g.size; i += kBlock) {
    FORECART_LANES(w + i) -= FORECART_CONST_LANES(g.k + i) * x;
  }
}

/// One step: K'_i = K_i - rho L_{i+1} and L'_i = L_{i+1} - rho K_i.
FORECART_PART_OF_WIDE void advance(const Gains& g, double rho) {
  for (std::size_t i = 0; i < g.size; i += kBlock) {
    const Lanes k = FORECART_CONST_LANES(g.k + i);
    const Lanes l = FORECART_CONST_LANES(g.l + i + 1);
    FORECART_LANES(g.k + i) = k - l * rho;
    FORECART_LANES(g.l + i) = l - k * rho;
  }
}

/// The scalars of two steps: reflections and scaled innovations.
struct TwoSteps {
  double rho1, rho2;
  double x1, x2;
};

/// Two steps at once for one more column: w_{t+2+i} -= K_{i+1} x1 + K'_i x2.
FORECART_PART_OF_WIDE void remove_two_innovations(const Gains& g, const TwoSteps& s, double* w) {
  for (std::size_t i = 0; i < g.size; i += kBlock) {
    const Lanes k1 = FORECART_CONST_LANES(g.k + i) - FORECART_CONST_LANES(g.l + i + 1) * s.rho1;
    FORECART_LANES(w + i) -= FORECART_CONST_LANES(g.k + i + 1) * s.x1 + k1 * s.x2;
  }
}

/// Two steps in one pass over memory, which is what binds: K' and the shifted L' of the first step
/// stay in registers.
FORECART_PART_OF_WIDE void advance_twice(const Gains& g, const TwoSteps& s, double* w) {
  for (std::size_t i = 0; i < g.size; i += kBlock) {
    const Lanes after = FORECART_CONST_LANES(g.k + i + 1);
    const Lanes k1 = FORECART_CONST_LANES(g.k + i) - FORECART_CONST_LANES(g.l + i + 1) * s.rho1;
    const Lanes l1 = FORECART_CONST_LANES(g.l + i + 2) - after * s.rho1;
    FORECART_LANES(w + i) -= after * s.x1 + k1 * s.x2;
    FORECART_LANES(g.k + i) = k1 - l1 * s.rho2;
    FORECART_LANES(g.l + i) = l1 - k1 * s.rho2;
  }
}

struct Sums {
  double innovation;  // sum theta_i wbar_{t+1+i}
  double reflection;  // sum Kbar'_i lambda_{i+1} + Lbar'_i theta_i
};

FORECART_PART_OF_WIDE double total(const Lanes& v) {
  return (v[0] + v[1]) + (v[2] + v[3]);
}

/// Scalars of one step on the way back.
struct StepBack {
  double rho;
  double x;  // e / F
};

/// One step back: theta, lambda and the adjoints of K, L from t + 1 to t, block by block from the
/// top so that the shift of lambda may be done in place.
FORECART_PART_OF_WIDE Sums retreat(const Gains& normalised, const Gains& bar, const double* w_bar,
                                   const StepBack& step) {
  Lanes innovation{};
  Lanes reflection{};
  for (std::size_t block = normalised.size; block > 0; block -= kBlock) {
    const std::size_t i = block - kBlock;
    const Lanes a = FORECART_CONST_LANES(normalised.k + i);
    const Lanes b = FORECART_CONST_LANES(normalised.l + i);
    const Lanes k_bar = FORECART_CONST_LANES(bar.k + i);
    const Lanes l_bar = FORECART_CONST_LANES(bar.l + i);
    const Lanes later = FORECART_CONST_LANES(w_bar + i);
    const Lanes theta = a + b * step.rho;
    const Lanes lambda = b + a * step.rho;
    innovation += theta * later;
    reflection += k_bar * lambda + l_bar * theta;
    FORECART_LANES(normalised.k + i) = theta;
    FORECART_LANES(normalised.l + i + 1) = lambda;
    FORECART_LANES(bar.k + i) = k_bar - l_bar * step.rho - later * step.x;
    FORECART_LANES(bar.l + i + 1) = l_bar - k_bar * step.rho;
  }
  return {total(innovation), total(reflection)};
}

/// Where run_transient stands.
struct Run {
  Transient& t;
  Gains gains;
  LogProduct determinant;

  double next_partial() const { return gains.l[0] / t.variance; }

  void note(double rho) {
    t.partials.push_back(rho);
    t.variances.push_back(t.variance);
    determinant.multiply(t.variance);
    t.variance -= gains.l[0] * rho;
  }
};

/// Notes the step and moves K, L and all columns on; false where rounding has broken the recursion.
FORECART_PART_OF_WIDE bool step_once(Run& run, std::size_t at) {
  const double rho = run.next_partial();
  if (!(std::abs(rho) < 1)) return false;
  const double inverse = 1 / run.t.variance;
  for (double* w : run.t.columns) remove_innovation(run.gains, w[at] * inverse, w + at + 1);
  run.note(rho);
  advance(run.gains, rho);
  return true;
}

FORECART_PART_OF_WIDE bool step_twice(Run& run, std::size_t at) {
  const double* k = run.gains.k;
  const double* l = run.gains.l;
  const double f1 = run.t.variance;
  TwoSteps s{};
  s.rho1 = l[0] / f1;
  const double f2 = f1 - l[0] * s.rho1;
  s.rho2 = (l[1] - s.rho1 * k[0]) / f2;
  if (!(std::abs(s.rho1) < 1 && std::abs(s.rho2) < 1)) return false;
  const double inverse1 = 1 / f1;
  const double inverse2 = 1 / f2;
  for (std::size_t c = run.t.columns.size(); c-- > 0;) {
    double* w = run.t.columns[c] + at;
    s.x1 = w[0] * inverse1;
    w[1] -= k[0] * s.x1;
    s.x2 = w[1] * inverse2;
    if (c > 0) remove_two_innovations(run.gains, s, w + 2);
  }
  run.t.partials.push_back(s.rho1);
  run.t.partials.push_back(s.rho2);
  run.t.variances.push_back(f1);
  run.t.variances.push_back(f2);
  run.determinant.multiply(f1);
  run.determinant.multiply(f2);
  const double last = l[1] - s.rho1 * k[0];
  advance_twice(run.gains, s, run.t.columns[0] + at + 2);
  run.t.variance = f2 - last * s.rho2;
  return true;
}

/// v *= factor.
void scale(double factor, std::vector<double>& v) {
  for (double& value : v) value *= factor;
}

/// m |lambda|^2 < kSteady, from L.
FORECART_PART_OF_WIDE bool is_steady(const Transient& t) {
  return static_cast<double>(t.m) * square_norm(t.lambda, t.m) < kSteady * t.variance * t.variance;
}

/// From derivatives by K_1, L_1, F_1 to those by theta_1, lambda_1, F_1.
void normalise(const Transient& t, TransientAdjoint& adjoint) {
  if (t.steps == 0) return;
  for (std::size_t i = 0; i < t.m; ++i) {
    adjoint.variance += adjoint.theta[i] * t.theta[i] + adjoint.lambda[i] * t.lambda[i];
  }
  scale(t.variances[0], adjoint.theta);
  scale(t.variances[0], adjoint.lambda);
}

}  // namespace

FORECART_WIDE void run_transient(Transient& t) {
  scale(t.variance, t.theta);
  scale(t.variance, t.lambda);
  Run run{t, {t.theta.data(), t.lambda.data(), padded(t.m)}, {}};
  t.stable = !(t.variance > kLargestStart);
  t.steps = 0;
  while (t.steps < t.n && t.stable) {
    if (t.steps % kStepsBetweenChecks == 0 && is_steady(t)) break;
    const bool two = t.steps + 1 < t.n;
    t.stable = two ? step_twice(run, t.steps) : step_once(run, t.steps);
    if (t.stable) t.steps += two ? 2 : 1;
  }
  t.log_determinant = run.determinant.value();
  scale(1 / t.variance, t.theta);
  scale(1 / t.variance, t.lambda);
  const double energy = t.variance * (1 + square_norm(t.theta, t.m) - square_norm(t.lambda, t.m));
  if (t.n > 0) t.stable = t.stable && std::abs(energy - t.energy) < kLostDigits * t.energy;
}

FORECART_WIDE void run_transient_adjoint(Transient& t, const double* innovations, double* column,
                                         TransientAdjoint& adjoint) {
  const std::size_t size = padded(t.m);
  adjoint.theta.assign(size + kBlock, 0.0);
  adjoint.lambda.assign(size + kBlock, 0.0);
  adjoint.variance = 0;
  const Gains normalised{t.theta.data(), t.lambda.data(), size};
  const Gains bar{adjoint.theta.data(), adjoint.lambda.data(), size};
  for (std::size_t k = t.steps; k-- > 0;) {
    const double rho = t.partials[k];
    const double x = innovations[k] / t.variances[k];
    const Sums s = retreat(normalised, bar, column + k + 1, {rho, x});
    const double weighted = x / adjoint.sigma2;
    const double reflection = s.reflection + rho * adjoint.variance;
    column[k] = weighted - s.innovation;
    t.lambda[0] = rho;
    t.lambda[t.m] = 0;
    bar.l[0] = -reflection - rho * adjoint.variance;
    bar.l[t.m] = 0;
    adjoint.variance += x * s.innovation + rho * reflection +
                        0.5 * (adjoint.log_variances - weighted * innovations[k]) / t.variances[k];
  }
  normalise(t, adjoint);
}

}  // namespace forecart::sarima
