#pragma once

#include "models/smoothing/ets_state.h"
#include "series/predictive.h"

#include <cstdint>

namespace forecart::ets {

/// What a form is forecast with besides its state.
struct Noise {
  double sigma2 = 0;         ///< of the errors, relative ones where the form has them
  double unit = 1;           ///< what one stands for on the scale of the data
  Eigen::Index missing = 0;  ///< steps since `state` that went by without a value
  std::uint64_t seed = 1;    ///< of simulated paths
};

/// Whether formulas give the variance ahead: classes 1 to 3 of [Hyndman2008 ch. 6].
bool has_analytic_variance(const Form& form);

/// Joint distribution of the next `horizon` steps after those missing: Gaussian with the moments of
/// classes 1 to 3, simulated paths elsewhere. Relative errors ahead are never in proportion to more
/// than the highest level so far, or the mean ahead, so that intervals cannot explode; equations
/// and guards in docs/models/smoothing.md.
PredictivePtr predictive(const Form& form, const State& state, const Noise& noise,
                         Eigen::Index horizon);

}  // namespace forecart::ets
