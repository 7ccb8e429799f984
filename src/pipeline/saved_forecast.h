#pragma once

#include "pipeline/forecast_table.h"
#include "pipeline/panel_run.h"
#include "pipeline/repository.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

struct SavedForecastRequest {
  std::string repository;
  std::string dataset;
  std::string panel;                    ///< "" : the first that dataset.toml declares
  std::vector<std::string> models;      ///< of the run; empty: all
  std::optional<Eigen::Index> horizon;  ///< else the panel's own
  bool as_far_as_run = false;           ///< where no horizon is given, that of the run
  /// Only this series is asked for: what is kept of others may be left out, and so are the run's
  /// rows of what is unusual.
  std::string only_series{};
};

struct SavedForecast {
  std::string run;        ///< whose states were used
  bool moved_on = false;  ///< there were orders that the run had not seen
  std::vector<NamedForecast> forecasts;
  std::vector<std::unique_ptr<Fitted>> fitted;            ///< what made them, by forecast
  Covariates future{};                                    ///< what they were told of the horizon
  nlohmann::json disturbances = nlohmann::json::array();  ///< the run's rows of the panel
  std::vector<std::string> notes{};                       ///< for people
};

/// Fitted states of the current run for a panel, to start new fits from.
struct RunStates {
  std::string run;  ///< empty where there is none
  EarlierStates states;
  std::vector<std::string> notes;  ///< of states that cannot be used
};

/// The state of a model that a run, known by its manifest, fitted to a panel; null where there is
/// none. Throws Error where it cannot be read.
std::unique_ptr<Fitted> state_of_run(const Repository& repository, const nlohmann::json& manifest,
                                     const std::string& panel, const std::string& model,
                                     const AvailabilityPtr& availability);

/// The same of one series alone; null where the model does not keep a state for each, or not for
/// it.
std::unique_ptr<Fitted> state_of_run_for(const Repository& repository,
                                         const nlohmann::json& manifest, const std::string& panel,
                                         const std::string& model,
                                         const AvailabilityPtr& availability,
                                         const std::string& unique_id);

/// When a run knew that a panel could be sold after its data; nothing where nothing limits it.
/// Throws Error bad_data for a manifest that cannot be right.
AvailabilityPtr availability_told(const nlohmann::json& manifest, const std::string& panel);

RunStates states_of_current_run(const Repository& repository, const std::string& dataset,
                                const std::string& panel, const AvailabilityPtr& availability);

/// Forecasts with the fitted states of the current run, moved on over orders that came since: no
/// fit. Where nothing came and dataset.toml declares no inputs or holidays, no sales are read for
/// as many steps as the run forecast: what is closed ahead is known from it. The public holidays,
/// and how closed times and outliers are found, are those of the run, whatever dataset.toml says
/// now. Throws Error not_found where there is no run, unknown_name for a model or panel that it has
/// not, bad_data for a manifest that cannot be right; else as load_inputs.
SavedForecast forecast_saved(const SavedForecastRequest& request);

}  // namespace forecart
