#pragma once

#include "evaluation/backtest.h"

#include <cstdint>
#include <vector>

namespace forecart {

/// The result with the least mean absolute error, the first where several have it. Needs one.
const ModelBacktest& best_of(const std::vector<ModelBacktest>& results);

/// Sets what every other result has `to_best`, in all metrics that are less where forecasts are
/// better; the results are of the same panel and options, and know their OWA. Twenty scored series
/// and more are drawn with replacement, whole series (neighbours together beyond 512), and what
/// their errors share at an origin widens the interval [CameronGelbachMiller2011]; fewer are kept
/// and origins are drawn, in blocks of neighbours as long as forecasts overlap and at least the
/// cube root of their number. p_value is then that of diebold_mariano on the means over series at
/// each origin. The same for any number of threads. docs/evaluation.md says what the intervals
/// mean.
void note_differences(const BacktestOptions& options, std::vector<ModelBacktest>& results,
                      std::uint64_t seed = 1);

}  // namespace forecart
