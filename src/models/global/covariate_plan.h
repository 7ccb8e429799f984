#pragma once

#include "base/calendar.h"
#include "series/covariates.h"

#include <Eigen/Core>
#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// Numbers known beside the sales, by what may be known of them (see Covariates).
struct CovariatePlan {
  std::vector<std::string> future;  ///< known ahead: the value at the target
  std::vector<bool> relative;       ///< of `future`: its change against its recent mean tells too
  std::vector<std::string> past;    ///< known to the origin
  std::vector<std::string> fixed;   ///< of the series

  bool empty() const { return future.empty() && past.empty() && fixed.empty(); }
  friend bool operator==(const CovariatePlan&, const CovariatePlan&) = default;
  Eigen::Index columns() const { return std::ssize(future) + std::ssize(past); }
};

/// Rows of covariates, one per step: the future columns of a plan, then its past ones.
using CovariateRows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// What a plan makes of the covariates of a panel: which columns are known ahead, which are not,
/// which belong to the series; those that only say yes or no before bucket `end` have no change
/// worth a column.
CovariatePlan plan_covariates(const Covariates& covariates, Bucket end);

/// Those rows of one series in buckets [from, to). Throws Error bad_data that names a column which
/// `covariates` lack.
CovariateRows covariate_rows(const CovariatePlan& plan, const Covariates& covariates,
                             std::string_view id, Bucket from, Bucket to);

/// The future columns only, for buckets [from, to) ahead of an origin. Throws likewise.
CovariateRows future_rows(const CovariatePlan& plan, const Covariates& covariates,
                          std::string_view id, Bucket from, Bucket to);

/// The same with every cell known. Throws Error bad_data that names the first one that is not.
CovariateRows known_future_rows(const CovariatePlan& plan, const Covariates& covariates,
                                std::string_view id, const Calendar& calendar, Bucket from,
                                Bucket to);

/// The fixed columns of one series; unknown where `covariates` lack them.
std::vector<double> fixed_values(const CovariatePlan& plan, const Covariates& covariates,
                                 std::string_view id);

/// An object with the names of a plan, and the plan of such an object. Throws Error bad_data or
/// nlohmann's exception.
nlohmann::json save_covariate_plan(const CovariatePlan& plan);
CovariatePlan load_covariate_plan(const nlohmann::json& state);

/// Row `at` of rows.
std::span<const double> row_of(const CovariateRows& rows, Eigen::Index at);

}  // namespace forecart
