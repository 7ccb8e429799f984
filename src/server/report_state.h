#pragma once

#include "server/report_answers.h"

namespace forecart {

/// The state of the data set as reports tell it: what waits for a server, is done by one right now
/// or has gone wrong there is not of a run, and nothing for the people that a report goes to.
ReportAnswers::Json report_status(const ReportAnswers& answers);

/// The last runs up to the one of the report, which is the current one there.
ReportAnswers::Json report_runs(const ReportAnswers& answers);

/// Keeps these, and what else the page of data and the choice of panels ask; panels whose ids may
/// name persons are left out. Returns the panels.
ReportAnswers::Json gather_state(ReportAnswers& answers);

}  // namespace forecart
