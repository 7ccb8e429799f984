#pragma once

#include "evaluation/backtest.h"
#include "evaluation/reconciled_model.h"
#include "table/table.h"

#include <vector>

namespace forecart {

/// Scores of every model by level of the hierarchy, `level, series, model, mae, rmse, mase, rmsse,
/// wape, bias, crps, coverage-80, ...`: means over the series of a level that could be scored.
Table level_table(const Panel& panel, const std::vector<ModelBacktest>& results,
                  const HierarchyPlan& plan, const std::vector<double>& levels);

}  // namespace forecart
