#pragma once

#include "server/report_answers.h"

#include <string>

namespace forecart {

/// What the parts about sales ask: dimensions, the last weeks and those before (pages/overview),
/// sums over time and by dimension (report/sales_part.tsx). `last` is the time of the last sale;
/// "" where there is none.
void gather_sales(ReportAnswers& answers, const std::string& last);

}  // namespace forecart
