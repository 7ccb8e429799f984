#pragma once

#include "models/trees/learner.h"
#include "models/trees/path.h"
#include "series/components.h"

namespace forecart::trees {

/// What the means of a direct forecast are made of, told by what each column adds on the way
/// through the trees (TreeEnsemble::contributions): level is the unit of the series, trend what
/// windows and lags make of it, then the seasons with the calendar, then each covariate. With a log
/// link they multiply, and each tells what it changes after those before it. A recursive forecast,
/// or one of nothing sold, is all remainder.
Components tree_components(const Learnt& learnt, const FeatureWriter& writer, const Origin& origin,
                           const CovariateRows& ahead, Eigen::Index horizon);

}  // namespace forecart::trees
