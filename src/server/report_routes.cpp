#include "server/json_body.h"
#include "server/published.h"
#include "server/report.h"

#include <fmt/format.h>

namespace forecart {

namespace {

/// To keep, not to show: it would be a page of this server.
Answer report_answer(const RouteTable& table, const RouteServices& services, const Call& call) {
  require_dataset(services, call.values[0]);
  ReportRequest request{.dataset = call.values[0]};
  if (const std::string_view run = call.parameter("run"); !run.empty()) {
    require_run_name(std::string(run));
    request.run = run;
  }
  request.series = number_parameter(call, "series", request.series, kMostReportSeries);
  Report report = make_report(table, services, request);
  const std::string name = fmt::format("{}-{}.html", request.dataset, report.run);
  return {.body = std::move(report.html),
          .type = "text/html; charset=utf-8",
          .headers = {{"content-disposition", fmt::format("attachment; filename=\"{}\"", name)},
                      {"content-security-policy", "sandbox"}}};
}

}  // namespace

void add_report_route(RouteTable& table, const RouteServices& services) {
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}/report",
             .summary = "A run and its data as one file of html that needs no server; what a "
                        "viewer sees, whoever asks.",
             .clearance = Clearance::viewer,
             .query = {{"series", "whose forecasts it holds, at most; 50 where nothing is said",
                        R"({"type":"integer","minimum":0,"maximum":1000})"},
                       run_parameter()},
             .types = {"text/html"},
             .lane = Lane::heavy,
             .handle = [&table, services](const Call& call) {
               return report_answer(table, services, call);
             }});
}

}  // namespace forecart
