#pragma once

#include "models/global/covariate_plan.h"
#include "models/trees/features.h"

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <vector>

namespace forecart::trees {

/// What the covariates of one series have said up to an origin: the last known value of each past
/// column, and of every column a mean that forgets half in `half_life` steps.
class CovariateState {
 public:
  CovariateState(const CovariatePlan& plan, double half_life);

  /// Takes in the row of one more step.
  void advance(std::span<const double> row);

  /// As features see it, with the future columns of the target and those of the series.
  CovariateView view(std::span<const double> future, std::span<const double> fixed) const;

  nlohmann::json save() const;
  /// Throws nlohmann's exception or Error bad_data for a state of another plan.
  void restore(const nlohmann::json& state);

 private:
  std::vector<double> last_;
  std::vector<double> mean_;  ///< future columns, then past ones
  double rate_;
};

}  // namespace forecart::trees
