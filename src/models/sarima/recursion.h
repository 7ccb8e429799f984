#pragma once

#include <cstddef>
#include <vector>

namespace forecart::sarima {

/// Vectors of the rank-one recursion are processed in blocks of this many entries.
inline constexpr std::size_t kBlock = 4;

/// m rounded up to whole blocks.
inline std::size_t padded(std::size_t m) {
  return (m + kBlock - 1) / kBlock * kBlock;
}

/// The transient of the rank-one recursion (docs/models/sarima.md): theta and lambda have
/// padded(m) + kBlock entries, zero from m on. Each of `columns` is a series w of n entries
/// followed by padded(m) + kBlock more; on return its entry t holds the innovation e_t for t <
/// steps, and beyond that w less what the known innovations contribute.
struct Transient {
  std::size_t m = 0;
  std::size_t n = 0;
  double variance = 1;         // F_t
  std::vector<double> theta;   // theta_t
  std::vector<double> lambda;  // lambda_t
  std::vector<double*> columns;
  std::vector<double> partials;   // (steps) rho_t
  std::vector<double> variances;  // (steps) F_t
  std::size_t steps = 0;          // where the steady state begins, at most n
  double log_determinant = 0;     // sum of log F_t
  double energy = 1;              // 1 + sum theta^2 of the moving average: the invariant
  bool stable = true;             // false if rounding has broken the recursion
};

/// Runs from t = 0 until m |lambda|^2 < kSteady or the end. Each step is a hyperbolic rotation that
/// keeps F_t (1 + |theta_t|^2 - |lambda_t|^2); where rounding has moved it from `energy` (several
/// roots near the unit circle) the run is not `stable`.
/// [MorfSidhuKailath1974; Pearlman1980; Melard1984]
void run_transient(Transient& t);

/// Steady when m |lambda|^2 falls below it; costs at most 1e-9 of log-likelihood.
inline constexpr double kSteady = 1e-12;

/// Adjoint of run_transient for one column.
struct TransientAdjoint {
  std::vector<double> theta;   // in: zeros; out: derivative by theta_1 (padded)
  std::vector<double> lambda;  // the same by lambda_1
  double variance = 0;         // by F_1
  double sigma2 = 1;
  double log_variances = 1;  // weight of log F_t
};

/// Runs the transient backwards. `t` must be as run_transient left it; theta and lambda return to
/// their start. `innovations` (n); `column` holds on entry the derivatives by w_t for t >= steps,
/// followed by padded(m) + kBlock zeros, and on return those for all t. The function
/// differentiated is sum_t [log_variances log F_t + e_t^2 / (F_t sigma2)] / 2.
void run_transient_adjoint(Transient& t, const double* innovations, double* column,
                           TransientAdjoint& adjoint);

}  // namespace forecart::sarima
