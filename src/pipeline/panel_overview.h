#pragma once

#include "pipeline/repository.h"
#include "pipeline/run_shelf.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace forecart {

/// The panels of a run: how each is cut and counted, what forecasts it, and which model is best on
/// its leaderboard (null where nothing was proven):
/// `{"run":..,"time_zone":..,"panels":[{"panel":..,"by":[..],"measure":..,"frequency":..,
/// "horizon":..,"season_length":..,"series":..,"end":..,"levels":[..],"models":[..],
/// "best_model":..,"notes":[..]}]}`; `end` labels the last bucket that the run knew. `by`,
/// `measure` and `end` are null for panels that the settings no longer declare.
nlohmann::json panel_overview(const Repository& repository, RunShelf& shelf,
                              const std::string& dataset, const std::string& run);

}  // namespace forecart
