#pragma once

#include "base/log.h"

#include "automation/automation.h"
#include <CLI/CLI.hpp>

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

}  // namespace forecart
