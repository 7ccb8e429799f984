#pragma once

#include <span>

namespace forecart {

/// Whether two forecasts differ in their expected loss.
struct DieboldMariano {
  double statistic = 0;  ///< NaN where nothing can be said
  double p_value = 0;    ///< two-sided
};

/// The test of [DieboldMariano1995] on the differences of two forecasts' losses at successive
/// origins, with the correction for few of them and the t distribution of
/// [HarveyLeybourneNewbold1997]. `overlap` is the h of these papers: origins whose forecasts share
/// steps, 1 for none, so that differences depend on up to overlap - 1 before them. Where the sum of
/// autocovariances is not above zero, as if they did not, as R's forecast has it. Nothing can be
/// said where there are not more than `overlap` and two differences, or where they are all alike
/// without being zero; where all are zero p is 1.
DieboldMariano diebold_mariano(std::span<const double> differences, int overlap);

}  // namespace forecart
