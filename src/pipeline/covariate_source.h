#pragma once

#include "series/covariates.h"
#include "series/panel.h"

#include <filesystem>

namespace forecart {

/// Files that say what is known beside the sales.
struct CovariateRequest {
  std::filesystem::path regressors;  ///< see read_regressors
  std::filesystem::path holidays;    ///< see read_holidays; or "country:US", see country_holidays

  bool empty() const { return regressors.empty() && holidays.empty(); }
};

/// Steps about the end of each series at which every regressor must be known: `before` it, where
/// a backtest forecasts, and `after` it, where a forecast does.
struct KnownSteps {
  Eigen::Index before = 0;
  Eigen::Index after = 0;
};

/// Reads the files for the series of a panel; none gives no covariates. Throws Error as
/// read_regressors, read_holidays, add_holidays and require_known do.
Covariates load_covariates(const CovariateRequest& request, const Panel& panel,
                           const KnownSteps& known);

/// Throws Error bad_data that names the column, the series and the first ds where a regressor has
/// no row in the history of a series, or no value at one of the steps that must be known. `place`
/// is the file as the message should show it.
void require_known(const Covariates& covariates, const Panel& panel, const KnownSteps& known,
                   std::string_view place);

}  // namespace forecart
