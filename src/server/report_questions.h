#pragma once

#include "base/progress.h"
#include "server/report_answers.h"

#include <map>
#include <string>
#include <vector>

namespace forecart {

/// Ids of series by panel.
using ReportSeries = std::map<std::string, std::vector<std::string>>;

/// Asks what the page of reports asks (web/src/report/, and the parts of pages that it shows), with
/// the same words, and keeps the answers: by subject in report_state, report_sales and
/// report_forecasts. Where these two differ a part of the page says that the report does not hold
/// what it needs: tests/web/report_checks.mjs (ctest web.report) opens every choice of a real
/// report in a browser and fails on the first such part, so it keeps the two the same.
void gather_report(ReportAnswers& answers, const ReportSeries& series, Progress& progress);

}  // namespace forecart
