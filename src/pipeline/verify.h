#pragma once

#include "base/progress.h"
#include "pipeline/repository.h"
#include "pipeline/table_comparison.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

struct VerifyRequest {
  std::string repository;
  std::string dataset;
  std::string run = "current";        ///< see find_run
  std::optional<std::string> kernel;  ///< to run with; nothing: that of the run, if it can be
  unsigned threads = 0;
  Progress* progress = &no_progress();
};

struct VerifyReport {
  std::string run;
  std::string kernel;                   ///< of the run
  std::string used_kernel;              ///< of this check
  std::vector<std::string> damaged;     ///< what is not as the manifest says, and how
  std::vector<TableComparison> tables;  ///< stored against made again
  std::vector<std::string> notes;
  std::string obstacle;  ///< why it could not be run again; empty if it was

  /// The stored bytes are those that were written, and running again gives the same: the same
  /// bytes, or, with another kernel, forecasts and backtest that are the same but for rounding.
  bool passed() const;
  Likeness likeness() const;  ///< of all tables that count for passed
};

/// Checks every stored object that the run names, and what it started from of the run before it,
/// against its hash, then runs it again from its
/// recorded inputs, options and seed, in a place of its own, and compares the tables. Throws as
/// find_run.
VerifyReport verify_run(const VerifyRequest& request);

/// Tables and states of a run that are gone or have other bytes than were written, each with what
/// is wrong.
std::vector<std::string> damaged_results(const Repository& repository,
                                         const nlohmann::json& manifest);

/// What `forecart verify --json` prints.
nlohmann::json to_json(const VerifyReport& report);

}  // namespace forecart
