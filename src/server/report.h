#pragma once

#include "base/progress.h"
#include "server/report_answers.h"
#include "server/routes.h"

#include <cstddef>
#include <string>
#include <vector>

namespace forecart {

struct ReportRequest {
  std::string dataset;
  std::string run = "current";  ///< its name, the beginning of it, or "current"
  std::size_t series = 50;      ///< whose forecasts it holds, at most
  Progress* progress = &no_progress();
};

inline constexpr std::size_t kMostReportSeries = 1000;

/// A run and its data as one file of html that asks no server: what a viewer of that data set sees,
/// whoever makes it. The same data and run give the same bytes.
struct Report {
  std::string run;
  std::size_t series = 0;
  std::string html;
};

/// Which run a report is of. Throws Error as find_run does, not_found for one without results.
ReportScope report_scope(const RouteServices& services, const ReportRequest& request);

/// By the routes of a server. Throws Error as report_scope does, unavailable where the settings
/// were changed and no run has cleaned the files since, and conflict where a run is published
/// meanwhile.
Report make_report(const RouteTable& table, const RouteServices& services,
                   const ReportRequest& request);

/// Of a repository, without a server.
Report make_report(const Repository& repository, const ReportRequest& request);

/// Keeps it in the repository as reports/<dataset>/<run>.html, and as latest.html where no report
/// of a later run stands there; returns the keys.
std::vector<std::string> publish_report(const Repository& repository, const std::string& dataset,
                                        const Report& report);

}  // namespace forecart
