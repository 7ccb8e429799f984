#pragma once

#include "models/series_model.h"
#include "models/smoothing/ets_estimate.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <memory>
#include <span>

namespace forecart::ets {

/// A form as it was fitted; its numbers are those of the values divided by `unit`.
struct Fit {
  Estimate estimate;
  double unit = 1;
  std::uint64_t seed = 1;   ///< of simulated intervals
  nlohmann::json search{};  ///< the forms tried, best first; null where none was chosen
};

/// A fitted form that has moved on over the values it was fitted to.
std::unique_ptr<FittedSeries> make_fitted(Fit fit, std::span<const double> values);

/// Reads what FittedSeries::save of a fitted form wrote; see SeriesModel::load.
std::unique_ptr<FittedSeries> load_fitted(const nlohmann::json& state);

/// The form of one that make_fitted or load_fitted made, and its season (1: none).
struct Structure {
  Form form;
  int season_length = 1;
};
Structure structure_of(const FittedSeries& fitted);

}  // namespace forecart::ets
