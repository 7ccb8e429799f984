#pragma once

#include "automation/automation.h"
#include <nlohmann/json_fwd.hpp>

namespace forecart {

/// What a worker has told of its data set, or what became of it otherwise.
struct WorkerReport {
  StageEvent event;         ///< ended, cancelled or failed
  bool recorded = true;     ///< its failure is kept in the store already
  bool busy = false;        ///< another worker is at it
  bool progressed = false;  ///< files were taken in or set aside, or a run was made
};

/// Reads the JSON of `forecart work --dataset`; a worker that died or told none has failed.
WorkerReport read_report(const std::string& dataset, const WorkerEnd& end);

/// What a report of `forecart work --json` says of its data set. Throws nlohmann's exception.
StageEvent event_of(const nlohmann::json& report);

}  // namespace forecart
