#pragma once

#include "base/cron.h"
#include "pipeline/repository.h"

#include <optional>
#include <string>

namespace forecart {

/// When a data set's runs are due: an expression, and the zone whose wall clock it is read on.
struct Schedule {
  CronSchedule cron;
  TimeZone zone;
  std::string text;  ///< tells it apart from an earlier one
};

/// Asks for a run (ask_for_run) where the schedule has come due since it last did; firings missed
/// meanwhile are one. The last firing is kept in work/<dataset>/schedule.json by conditional write,
/// so that of several hosts one asks; one that dies between the two is made up for a minute later.
/// A schedule that is new here begins now. Gives the next firing.
std::optional<Instant> fire_if_due(Repository& repository, const std::string& dataset,
                                   const Schedule& schedule);

}  // namespace forecart
