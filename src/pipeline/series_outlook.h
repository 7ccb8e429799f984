#pragma once

#include "pipeline/overrides.h"
#include "pipeline/run_shelf.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace forecart {

/// A series of a panel of a data set.
struct SeriesName {
  std::string dataset;
  std::string panel;
  std::string unique_id;
};

/// The model that the ledger of a run calls best for a series; "" where it calls none so. Throws
/// Error not_found where the run does not have the series.
std::string best_model(RunShelf& shelf, const std::string& run, const SeriesName& name);

/// The forecast of a run to act on: that of `model`, with what people put in place of it:
/// `{"run":..,"panel":..,"unique_id":..,"model":..,"ds":[..],"mean":[..],
/// "intervals":{"80":{"lo":[..],"hi":[..]}},"final":[..],"overrides":[..]}`; `overrides` are those
/// that change a bucket of it. Throws Error not_found as best_model does, unknown_name for a model
/// that did not forecast the series.
nlohmann::json series_outlook(RunShelf& shelf, const std::string& run, const SeriesName& name,
                              const std::string& model, const std::vector<Override>& overrides);

}  // namespace forecart
