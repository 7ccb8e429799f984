#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace forecart {

/// What decides how long the models of a panel take.
struct PanelSize {
  std::int64_t series = 0;
  std::int64_t values = 0;  ///< of all series
  int season = 1;
  std::int64_t horizon = 1;
  std::int64_t windows = 0;  ///< rolling origins
  std::int64_t fits = 1;     ///< of each model
  int training_steps = 1500;
};

/// Core-seconds of the models of a panel on the machine that the table was measured on. Members of
/// Ensemble that are not named themselves count with it. A model that is not in the table counts as
/// ARIMA.
double table_seconds(const std::vector<std::string>& models,
                     const std::vector<std::string>& members, const PanelSize& size);

/// How fast this machine is beside that one: core-seconds of the same small pieces of work there
/// by here. Within a tenth of one it is one: clocks are no better. Takes a fifth of a second.
double machine_speed();

}  // namespace forecart
