#pragma once

#include "models/series_model.h"
#include "models/smoothing/season_figure.h"
#include "models/smoothing/theta_estimate.h"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <span>

namespace forecart::theta {

/// A theta method as it was fitted; its numbers are those of the series without its season.
struct Fit {
  Estimate estimate{};
  SeasonFigure season{};
};

/// A fitted method that has moved on over the values it was fitted to.
std::unique_ptr<FittedSeries> make_fitted(Fit fit, std::span<const double> values);

/// Reads what FittedSeries::save of any fitted method wrote; see SeriesModel::load.
std::unique_ptr<FittedSeries> load_fitted(const nlohmann::json& state);

}  // namespace forecart::theta
