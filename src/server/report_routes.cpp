#include "server/json_body.h"
#include "server/published.h"
#include "server/report_shelf.h"

#include "http/refine.h"
#include <fmt/format.h>

#include <memory>

namespace forecart {

namespace {

/// To keep, not to show: it would be a page of this server.
Answer report_answer(const RouteServices& services, ReportShelf& shelf, const Call& call) {
  require_dataset(services, call.values[0]);
  ReportRequest request{.dataset = call.values[0]};
  if (const std::string_view run = call.parameter("run"); !run.empty()) {
    require_run_name(std::string(run));
    request.run = run;
  }
  request.series = number_parameter(call, "series", request.series, kMostReportSeries);
  if (!call.request.header("if-none-match").empty()) {
    const std::string tag = shelf.tag(request);
    if (has_it(call.request, tag)) return not_modified(tag);
  }
  const auto [tag, report] = shelf.find(request);
  const std::string name = fmt::format("{}-{}.html", request.dataset, report->run);
  return {.body = report->html,
          .type = "text/html; charset=utf-8",
          .headers = {{"content-disposition", fmt::format("attachment; filename=\"{}\"", name)},
                      {"content-security-policy", "sandbox"}},
          .etag = tag};
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
             .tagged = true,
             .lane = Lane::reports,
             .handle = [services, shelf = std::make_shared<ReportShelf>(table, services)](
                           const Call& call) { return report_answer(services, *shelf, call); }});
}

}  // namespace forecart
