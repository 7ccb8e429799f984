#pragma once

#include "models/model.h"
#include "models/series_model.h"
#include "models/trees/gradient_boosted_trees.h"

#include <memory>

namespace forecart::trees {

/// Fits a panel: the trees, and the baseline where they cannot be used.
std::unique_ptr<Fitted> fit_trees(const Panel& panel, const Covariates& covariates,
                                  const TreesOptions& options, const FitOptions& fit,
                                  SeriesModelPtr fallback);

/// Reads what Fitted::save wrote; see Model::load.
std::unique_ptr<Fitted> load_trees(const nlohmann::json& state, SeriesModelPtr fallback);

}  // namespace forecart::trees
