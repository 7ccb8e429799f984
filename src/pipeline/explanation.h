#pragma once

#include "models/model.h"
#include "table/table.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace forecart {

/// A fitted model by its name, and what is asked of it.
struct NamedFitted {
  std::string model;
  const Fitted* fitted;
};

/// Which forecasts to explain.
struct ExplanationRequest {
  Eigen::Index horizon = 24;
  std::vector<std::string> ids;  ///< of series; empty: all
};

/// Throws Error unknown_name for one of `ids` that is none of those known.
void require_series(const std::vector<std::string>& known, const std::vector<std::string>& ids);

/// `unique_id, ds, model, forecast, level, trend, season_<n>, ...`: a row per model, series and
/// step, whose parts add up to the forecast; a part that a row has not is 0. `models` know the same
/// series. Throws Error unknown_name for an id that is none of theirs.
Table explanation_table(const std::vector<NamedFitted>& models, const ExplanationRequest& request,
                        const Covariates& future);

/// Parameters and diagnostics: an array with `{"model":..,"unique_id":..,"explanation":..}` per
/// model and series.
nlohmann::json explanation_json(const std::vector<NamedFitted>& models,
                                const ExplanationRequest& request);

}  // namespace forecart
