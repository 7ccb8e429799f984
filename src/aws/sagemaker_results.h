#pragma once

#include "aws/sagemaker_place.h"
#include "pipeline/repository.h"
#include "series/panel.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace forecart {

/// The row of the leaderboard of a run of the model that is best on the rolling origins of its
/// first panel, among those that forecast. Without a proof `{"model": ..}` alone: AutoSelect where
/// it is one of them, else the first.
nlohmann::json best_scores(const Repository& repository, const nlohmann::json& manifest);

/// The manifest and the tables of a run into a folder.
void copy_tables(const Repository& repository, const nlohmann::json& manifest,
                 const std::filesystem::path& folder);

/// What forecasts and nothing else into a folder, as a repository of its own: the manifest of the
/// run, which tells the time zone too, its leaderboard and ledger, and the fitted states. No
/// orders.
void write_trained(const Repository& repository, nlohmann::json manifest,
                   const std::string& time_zone, const std::filesystem::path& folder);

/// Scores of a model of a run by what came after its training, as far as its horizon, with the
/// number of series that had anything there as `series`; null where none had.
nlohmann::json test_scores(const Repository& repository, const nlohmann::json& manifest,
                           const std::string& model, const Panel& training, const Panel& test);

}  // namespace forecart
