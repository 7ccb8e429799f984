#pragma once

#include "server/report_answers.h"

#include <string>

namespace forecart {

/// The report in a few tables, as html, for who runs no scripts: the data, sales by month, the
/// forecast of the total, models.
std::string report_summary(const ReportAnswers& answers);

}  // namespace forecart
