#pragma once

#include "cli/options.h"
#include "cli/output.h"
#include "pipeline/panel_run.h"
#include "pipeline/saved_forecast.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace forecart {

/// Flags of the commands that take a panel from files or from a repository.
struct PanelFlags {
  InputFlags input;
  ModelFlags model;
  CommonFlags common;
  std::string output;
  std::filesystem::path prices;
  const CLI::App* command = nullptr;  ///< tells which flags were given

  void add_to(CLI::App& app) {
    command = &app;
    input.add_to(app);
    model.add_model_flags(app);
    common.add_to(app);
  }
};

/// Partly where a series fell back to a baseline.
inline ExitStatus status_of(const std::vector<ModelBacktest>& results) {
  return any_fallback(results) ? ExitStatus::partly : ExitStatus::ok;
}

/// Forecasts with the states that the current run has saved; says on stderr what to know.
SavedForecast saved_forecast(const PanelFlags& flags, bool as_far_as_run = false);

/// A forecast straight from files, and what it was made with.
struct FreshForecast {
  PanelRunOptions options;
  PanelRun run;
};

/// Fits the models that the flags name to their files; says on stderr what to know. Throws Error
/// unknown_name, before anything is fitted, where one of `series` is not in the files.
FreshForecast fresh_forecast(const PanelFlags& flags, const std::vector<std::string>& series = {});

}  // namespace forecart
