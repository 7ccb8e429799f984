#pragma once

#include "server/report_answers.h"

#include <string>

namespace forecart {

/// What lies ahead on the overview (pages/overview/ahead.ts): the total of the first panel that has
/// one, by day or longer before others. `last` is the time of the last sale; "" where there is
/// none.
void gather_ahead(ReportAnswers& answers, const ReportAnswers::Json& panels,
                  const std::string& last);

/// History, forecast and what to act on of a series of a panel (pages/forecast/gather.ts).
void gather_forecast(ReportAnswers& answers, const std::string& panel, const std::string& id,
                     int horizon);

}  // namespace forecart
