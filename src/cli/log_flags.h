#pragma once

#include "base/log.h"

#include "automation/automation.h"
#include <CLI/CLI.hpp>
#include <nlohmann/json_fwd.hpp>

#include <string>

namespace forecart {

/// Flags of commands that write a log.
struct LogFlags {
  std::string format = "text";
  std::string level = "info";
  std::string file;

  void add_to(CLI::App& command);
  bool is_off() const { return level == "off"; }
  /// Throws Error unknown_name.
  LogOptions options() const;
};

/// What happened to a data set, without anything that stands in its order files.
void log_event(Log& log, const StageEvent& event);

/// An alert that has begun or ended, as notice_json tells it.
void log_alert(Log& log, const nlohmann::json& notice);
/// Why alerts of a data set could not be looked at or told.
void log_alert_error(Log& log, const std::string& dataset, const std::string& error);

}  // namespace forecart
