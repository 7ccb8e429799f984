#pragma once

#include "series/predictive.h"

namespace forecart {

/// Where a value lies in the distribution of a step, as the number that a standard normal variable
/// would show there: Phi^-1(F(y)), 0 at the median. Beyond the outermost of the quantiles that it
/// reads (.005 and .995) it goes on in units of the distance between it and the median. In the
/// middle of a run of equal quantiles, as counts have them, it is the middle of the run's scores.
/// At most kFarthestScore away from 0.
double normal_score(const Predictive& distribution, Eigen::Index step, double y);

/// Whether no two neighbours from .25 on of the quantiles that scores are read from are equal.
/// Where some are, as of rare demand, the scores of single values say too little.
bool tells_scores(const Predictive& distribution, Eigen::Index step);

/// The value with a normal score: the inverse of normal_score where quantiles do not tie, not below
/// zero where the distribution is not.
double value_at_score(const Predictive& distribution, Eigen::Index step, double score);

inline constexpr double kFarthestScore = 8;

}  // namespace forecart
