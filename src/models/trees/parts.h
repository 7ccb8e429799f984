#pragma once

#include "models/trees/learner.h"
#include "models/trees/path.h"
#include "series/components.h"

namespace forecart::trees {

/// What the means of a direct forecast are made of, told by what each column adds on the way
/// through the trees (TreeEnsemble::contributions): level is the unit of the series, trend what
/// windows and lags make of it, then the seasons with the calendar, then each covariate. With a log
/// link they multiply, and each tells what it changes after those before it. What a recursive
/// forecast changes beside a direct one is remainder; without one, or of nothing sold, all is.
Components tree_components(const Learnt& learnt, const Calendar& calendar, const Origin& origin,
                           const CovariateRows& ahead, Eigen::Index horizon);

}  // namespace forecart::trees
