#pragma once

#include "series/predictive.h"

namespace forecart {

/// How a distribution is moved to reconciled means.
struct Move {
  Eigen::VectorXd means;      ///< (h)
  double scale = 1;           ///< of the deviations from the mean
  bool non_negative = false;  ///< nothing lies below zero
};

/// means_k + scale (Y_k - E Y_k), for Y as `inner` says. Where nothing lies below zero, what is
/// below the mean moves at least in proportion, to Y_k means_k / E Y_k: nothing sold stays nothing
/// sold. Where the quantiles of a step are whole numbers, as those of small counts are, they are
/// rounded to whole numbers again.
PredictivePtr moved(PredictivePtr inner, Move move);

}  // namespace forecart
