#pragma once

#include "models/model.h"

#include <Eigen/Core>

#include <cstddef>
#include <string>
#include <vector>

namespace forecart {

/// A series of a linear model, by its row there, whose one-step errors a network follows, or not.
struct ResidualSeries {
  std::string id;
  Bucket end = 0;            ///< of what the linear model knows
  bool non_negative = true;  ///< was never below zero
  bool followed = false;
  std::size_t network = 0;  ///< row of the network, where it is followed
};

/// Whether all that forecasts of the next `steps` look at is known.
bool is_known_ahead(const Fitted& linear, const std::vector<ResidualSeries>& series,
                    const Covariates& covariates, Eigen::Index steps);

/// Moves the linear model on over `recent`, the followed series step by step, and gives what its
/// one-step medians missed by: the followed series with new values, missing where the value or
/// something that the forecast looks at is not known. Series that are new join the linear model and
/// `series`, not followed.
Panel walk_residuals(Fitted& linear, std::vector<ResidualSeries>& series, const Panel& recent,
                     const Covariates& covariates);

/// By how much the next steps of the followed series move, (horizon, series) and zero for others,
/// where their one-step errors are not zero but what `network` expects: the linear model is moved
/// on over its own forecasts with and without them.
Eigen::MatrixXd expected_shifts(const Fitted& linear, const Fitted& network,
                                const std::vector<ResidualSeries>& series, Eigen::Index horizon,
                                const Covariates& future);

}  // namespace forecart
