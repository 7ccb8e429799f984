#pragma once

#include "series/predictive.h"

namespace forecart {

/// scale_k Y_k + shift_k, for Y as `inner` says: a season put back onto what was forecast without
/// it. Both (h) as the inner horizon; scale >= 0.
PredictivePtr affine(PredictivePtr inner, Eigen::VectorXd scale, Eigen::VectorXd shift);

/// Quantiles and draws of `inner`, the means as given (h): for intervals that were widened by what
/// past errors say, where the wider distribution should not bend the mean as well.
PredictivePtr with_means(PredictivePtr inner, Eigen::VectorXd means);

}  // namespace forecart
