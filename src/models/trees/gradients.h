#pragma once

#include "models/trees/booster.h"

#include <Eigen/Core>

namespace forecart::trees {

/// First and second derivatives of every row's weighted loss by its margin, which a round of
/// boosting fits a tree to [ChenGuestrin2016 eq. 3]. As XGBoost has them, but with exponentials in
/// vector registers: its own take more than half of a training.
struct Gradients {
  Eigen::VectorXf first;   // (rows)
  Eigen::VectorXf second;  // (rows)
};

/// At `margin` (rows): the mean itself for squared errors, its logarithm for counts. The second
/// derivative of the Poisson deviance is taken kPoissonCaution further up, which holds early steps
/// back.
void derive(const TrainingRows& rows, const BoosterOptions& options,
            const Eigen::Ref<const Eigen::VectorXf>& margin, Gradients& gradients);

/// XGBoost's max_delta_step of Poisson regression.
inline constexpr float kPoissonCaution = 0.7F;

}  // namespace forecart::trees
