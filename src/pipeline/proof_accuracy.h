#pragma once

#include "pipeline/run_shelf.h"
#include "table/table.h"

#include <string>
#include <string_view>

namespace forecart {

/// What the errors of a proof are taken together by.
enum class AccuracyBy {
  step,    ///< how many buckets ahead
  cutoff,  ///< the origin: whether it becomes better or worse
  series,  ///< the worst first
};

/// "step", "cutoff", "series"; throws Error invalid_value with the list.
AccuracyBy parse_accuracy_by(std::string_view name);

struct AccuracyRequest {
  std::string dataset;
  std::string run;  ///< that has the backtest
  std::string panel;
  std::string unique_id;  ///< "": all series
  AccuracyBy by = AccuracyBy::step;
  std::size_t limit = 1000;  ///< rows of each model
};

/// Errors of each model on the rolling origins of a run, from its backtest:
/// `step|cutoff|unique_id, model, mae, rmse, wape, bias, quantile_loss, coverage_80, coverage_95,
/// n`. The bias is forecast less what came; WAPE is the sum of absolute errors over that of sales
/// (Kolassa and Schuetz 2007), none where nothing sold; the quantile loss is the mean over the
/// bounds of all levels, in the units of the panel: of one series the CRPS of leaderboards is a
/// multiple of it. Throws Error not_found where the run has no backtest or
/// it has no such panel or series.
Table proof_accuracy(RunShelf& shelf, const AccuracyRequest& request);

}  // namespace forecart
