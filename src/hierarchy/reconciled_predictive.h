#pragma once

#include "series/predictive.h"

namespace forecart {

/// How a distribution is moved to reconciled means.
struct Move {
  Eigen::VectorXd means;      ///< (h)
  double scale = 1;           ///< of the deviations from the mean
  bool non_negative = false;  ///< nothing lies below zero
};

/// means_k + scale (Y_k - E Y_k), for Y as `inner` says. Where the quantiles of a step are whole
/// numbers, as those of small counts are, they are rounded to whole numbers again: a mean moved by
/// a tenth of a unit does not move "none" to "a tenth".
PredictivePtr moved(PredictivePtr inner, Move move);

}  // namespace forecart
