#pragma once

#include "evaluation/demand_model.h"
#include "ingest/dataset_config.h"
#include "pipeline/covariate_source.h"
#include "pipeline/disturbances.h"
#include "pipeline/repository.h"
#include "series/covariates.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace forecart {

/// What the tables below inputs/<dataset>/ say beside the sales of one panel.
struct PanelInputs {
  Covariates covariates;
  AvailabilityPtr availability;            ///< nothing where everything could be sold always
  std::vector<Disturbances> disturbances;  ///< by series; empty where they were not looked for
  std::vector<std::string> notes;  ///< for people: what is closed and unusual, how that is known
};

/// Reads the tables that dataset.toml declares for a panel, and its public holidays, and checks
/// them: every column has its part, and what is known ahead is known at `known` steps about the end
/// of each series. Where no calendar is given, and unless dataset.toml says so, closed days and
/// hours are found in the sales before the first step of `known`. Outliers and level shifts are
/// looked for in the demand and, where dataset.toml says so, outliers are none to the models.
/// Throws Error not_found for a table that is not there; else as read_regressors, read_attributes,
/// read_holidays and require_known.
PanelInputs load_inputs(const Repository& repository, const std::string& dataset,
                        const DatasetConfig& config, const std::string& panel_name,
                        const Panel& panel, const KnownSteps& known);

/// How closed times and outliers are found, as a manifest keeps it: [demand] of dataset.toml.
nlohmann::json demand_settings(const DatasetConfig& config);
/// Throws Error unknown_name or nlohmann's exception for what demand_settings does not give.
void apply_demand_settings(const nlohmann::json& settings, DatasetConfig& config);

/// The hash of dataset.toml as it is now, kept by content below raw/.
std::string keep_settings(Repository& repository, const std::string& dataset);

/// The declared tables as `[{"file", "kind", "sha256"}]`, each kept once by content below raw/.
nlohmann::json keep_inputs(Repository& repository, const std::string& dataset,
                           const DatasetConfig& config);

}  // namespace forecart
