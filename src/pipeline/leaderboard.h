#pragma once

#include "evaluation/backtest.h"
#include "table/table.h"

#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace forecart {

/// A row per model, best mean absolute error first: `model, mae, mse, ..., coverage-80, ...,
/// msis-80, ..., behind, behind-lo-95, behind-hi-95, p_value, ...`; `behind` is the mean absolute
/// error less that of the best, with its 95 % interval and the p-value of no difference.
Table leaderboard_table(const std::vector<ModelBacktest>& results, const BacktestOptions& options);

/// `{"h":..,"freq":..,"n_windows":..,"n_series":..,"scores":[...],"differences":[...]}`; what is
/// not defined is null.
nlohmann::json backtest_json(const Panel& panel, const std::vector<ModelBacktest>& results,
                             const BacktestOptions& options);

}  // namespace forecart
