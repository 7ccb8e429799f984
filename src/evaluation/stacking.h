#pragma once

#include "evaluation/selection.h"
#include "math/simplex.h"

#include <Eigen/Core>

#include <functional>
#include <vector>

namespace forecart {

/// Weights >= 0 with sum 1 (n) for the second moments (n, n) of the errors of n forecasts.
using MomentSolver = std::function<Eigen::VectorXd(const Eigen::MatrixXd&)>;

/// The non-negative weights with sum 1 (candidates) that make the least squared error on the
/// earlier origins of each of several series that are alike [Breiman1996]; 0 for what cannot be
/// used, empty where nothing can. A few origins tell little of many weights: the second moments C_i
/// of a series' errors, in units of its typical error and steps, count together with their mean
/// over the group as if that were `kGroupOrigins` more origins, and the fewer origins the group has
/// in all, the nearer the weights are to equal ones.
std::vector<Eigen::VectorXd> stack(const std::vector<const SeriesTrial*>& group,
                                   const MomentSolver& solver = simplex_minimum);

/// How many origins the mean of a group counts; on three training parts of M5 64 to 1,024 did as
/// well, 4 and 16 worse.
inline constexpr double kGroupOrigins = 64;

}  // namespace forecart
