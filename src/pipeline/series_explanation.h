#pragma once

#include "pipeline/saved_forecast.h"
#include "table/table.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace forecart {

struct SeriesExplanationRequest {
  std::string repository;
  std::string dataset;
  std::string panel{};  ///< "" : the first that dataset.toml declares
  std::string unique_id;
  std::vector<std::string> models{};      ///< of the run; empty: all
  std::optional<Eigen::Index> horizon{};  ///< else that of the run
};

struct SeriesExplanation {
  std::string run;                   ///< whose states were used
  bool moved_on = false;             ///< over orders that the run had not seen
  Table table;                       ///< see explanation_table
  nlohmann::json models;             ///< see explanation_json
  std::vector<std::string> notes{};  ///< for people
};

/// How forecasts of one series of the current run are made up: what `forecart explain --repository`
/// tells of it, but of the fitted states only what is kept of this series is read where the model
/// keeps them by series (read_state_of_series). Where orders have come since the run all states are
/// read and moved on, as series lend each other evidence then. Throws Error unknown_name for a
/// series that is none of the panel's; else as forecast_saved.
SeriesExplanation explain_series(const SeriesExplanationRequest& request);

}  // namespace forecart
