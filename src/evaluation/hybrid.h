#pragma once

#include "models/model.h"

#include <string>

namespace forecart {

/// What a hybrid is made of.
struct HybridParts {
  std::string name;
  ModelPtr linear;           ///< of each series on its own
  ModelPtr network;          ///< learns from the residuals of all series
  Eigen::Index horizon = 1;  ///< steps that are to be forecast
  ModelPtr other_linear{};   ///< that a saved state may have instead; null: none
};

/// A linear model and a network on what it leaves [Zhang2003]. The linear model is fitted to the
/// first half of each series and moved on over the rest; what its one-step forecasts miss by there
/// is what the network learns from, and so learns from errors of forecasts. Innovations that the
/// network expects move the forecasts of the linear model fitted to everything, as if they had come
/// (see expected_shifts), by the share that paid at origins inside the second half (see
/// choose_correction_share). Distributions are those of the linear model, moved.
///
/// A series that the linear model cannot use falls back as there; one too short for residuals or
/// for the network, or all where the network did not pay, is forecast by the linear model alone,
/// and the ledger says so.
ModelPtr make_hybrid(HybridParts parts);

}  // namespace forecart
