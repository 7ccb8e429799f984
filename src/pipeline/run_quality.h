#pragma once

#include "pipeline/repository.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace forecart {

/// How good the forecasts of a panel are, for those who watch them; what is not known is left out.
struct PanelQuality {
  std::string panel;
  std::optional<double> mase{};  ///< of the best model in the last proof
  std::optional<double> bias{};  ///< mean of forecast less actual value, of the same
  /// Levels ("80") and shares of the values inside the best model's intervals in the last proof.
  std::vector<std::pair<std::string, double>> coverage{};
  /// Shares of the series that had an alarm before the run fitted any again.
  std::optional<double> error_above_band{};
  std::optional<double> coverage_drift{};
};

/// Of the panels of the current run, from its manifest and its leaderboard; nothing where there is
/// no run. Throws as the repository does.
std::vector<PanelQuality> quality_of_current_run(const Repository& repository,
                                                 const std::string& dataset);

/// The same from what to_json(RunReport) made.
std::vector<PanelQuality> quality_in_report(const nlohmann::json& run);

}  // namespace forecart
