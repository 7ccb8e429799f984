#pragma once

#include "base/log.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace forecart {

/// What the JSON of a WorkReport tells beside the work itself: files that were set aside, alerts,
/// a report that could not be written. Nothing that stands in order files.
void log_work_report(Log& log, const nlohmann::json& report);

/// That a data set's files or requests went to dead/, with the remedy.
void log_given_up(Log& log, const std::string& dataset);

/// An alert that has begun or ended, as notice_json tells it.
void log_alert(Log& log, const nlohmann::json& notice);
/// Why alerts of a data set could not be looked at or told.
void log_alert_error(Log& log, const std::string& dataset, const std::string& error);

/// Why tables for QuickSight could not be written or taken in.
void log_tables_error(Log& log, const std::string& dataset, const std::string& error);

}  // namespace forecart
