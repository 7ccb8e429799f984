#pragma once

#include "models/trees/features.h"
#include "series/covariates.h"
#include "series/panel.h"

#include <Eigen/Core>
#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string_view>
#include <vector>

namespace forecart::trees {

/// Rows of covariates, one per step: the future columns of a plan, then its past ones.
using CovariateRows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// What a plan makes of the covariates of a panel: which columns are known ahead, which are not,
/// which belong to the series; those that only say yes or no have no change worth a column.
CovariatePlan plan_covariates(const Covariates& covariates);

/// Those rows of one series in buckets [from, to). Throws Error bad_data that names a column which
/// `covariates` lack.
CovariateRows covariate_rows(const CovariatePlan& plan, const Covariates& covariates,
                             std::string_view id, Bucket from, Bucket to);

/// The future columns only, for buckets [from, to) ahead of an origin. Throws likewise.
CovariateRows future_rows(const CovariatePlan& plan, const Covariates& covariates,
                          std::string_view id, Bucket from, Bucket to);

/// The fixed columns of one series; unknown where `covariates` lack them.
std::vector<double> fixed_values(const CovariatePlan& plan, const Covariates& covariates,
                                 std::string_view id);

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

/// Row `at` of rows.
std::span<const double> row_of(const CovariateRows& rows, Eigen::Index at);

/// Numbers of which NaN becomes null, as JSON has no other word for it; and back.
nlohmann::json numbers_or_null(std::span<const double> values);
double number_or_missing(const nlohmann::json& value);

}  // namespace forecart::trees
