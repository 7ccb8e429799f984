#pragma once

#include "aws/deadline.h"
#include "monitoring/alerts.h"
#include "pipeline/repository.h"

#include <map>
#include <set>
#include <string>

namespace forecart {

/// What a server does now and then and nobody sends an event for, where no server runs.

/// Asks for the runs whose time has come by `[automation] schedule` of a dataset.toml. Data sets
/// whose settings cannot be used, or that could not be looked at, and why.
std::map<std::string, std::string> fire_schedules(Repository& repository);

/// Looks at the alerts whose time has come, as where no sales come any more, and tells who is still
/// to be told; of data sets that are not in `seen`, whose alerts were looked at just now, as far as
/// it comes before the deadline.
std::map<std::string, AlertState> check_due_alerts(Repository& repository,
                                                   const std::set<std::string>& seen,
                                                   const Deadline& deadline);

}  // namespace forecart
