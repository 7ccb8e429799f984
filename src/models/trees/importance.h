#pragma once

#include "models/trees/booster.h"
#include "models/trees/tree_ensemble.h"

#include <Eigen/Core>

#include <cstdint>

namespace forecart::trees {

/// How much worse the weighted squared error of `rows` becomes, as a share of it, when the values
/// of one column are shuffled among them [Breiman2001]; at most `most_rows` rows are taken, evenly.
/// (columns); below 0 where a column does harm.
Eigen::VectorXd permutation_importance(const TreeEnsemble& trees, const TrainingRows& rows,
                                       Eigen::Index most_rows, std::uint64_t seed,
                                       unsigned threads);

}  // namespace forecart::trees
