#include "server/report.h"

#include "pipeline/find_run.h"
#include "pipeline/sales_cache.h"
#include "pipeline/version.h"
#include "server/report_document.h"
#include "server/report_packing.h"
#include "server/report_questions.h"
#include "server/report_series.h"
#include "server/report_summary.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>

namespace forecart {

namespace {

using Json = ReportAnswers::Json;

Json about_json(const ReportAnswers& answers, const ReportSeries& series) {
  const auto& [dataset, run, current] = answers.scope();
  const Json known = answers.ask_of_run({answers.path("panels")});
  return {{"dataset", dataset},
          {"run", run},
          {"version", kVersion},
          {"time_zone", known.at("time_zone")},
          {"series", series}};
}

}  // namespace

ReportScope report_scope(const RouteServices& services, const ReportRequest& request) {
  const nlohmann::json manifest = find_run(services.repository, request.dataset, request.run);
  const auto run = manifest.at("run").get<std::string>();
  if (!has_results(manifest)) {
    throw Error(ErrorCode::not_found,
                fmt::format("run {} has no results to report; name another, or current", run));
  }
  return {request.dataset, run, run == services.shelf->current(request.dataset)};
}

Report make_report(const RouteTable& table, const RouteServices& services,
                   const ReportRequest& request) {
  ReportAnswers answers(table, report_scope(services, request));
  const std::string& run = answers.scope().run;
  const ReportSeries series =
      report_series(*services.shelf->forecasts(request.dataset, run), request.series);
  gather_report(answers, series, *request.progress);
  ReportPacking packing;
  Json packed = packing.answers(answers.kept());
  const Json block{{"about", about_json(answers, series)},
                   {"lists", packing.lists()},
                   {"answers", std::move(packed)}};
  Report report;
  report.run = run;
  for (const auto& [panel, ids] : series) report.series += ids.size();
  report.html = report_document({.title = request.dataset + ": sales and forecasts",
                                 .summary = report_summary(answers),
                                 .answers = block.dump()});
  return report;
}

Report make_report(const Repository& repository, const ReportRequest& request) {
  find_run(repository, request.dataset, request.run);  // before sums are made
  const std::chrono::hours always(24);
  Repository same = repository;
  MetricSet metrics;
  RunShelf shelf(same, {.fresh = always});
  SalesCache sales(same, {.freshness = always});
  const RouteServices services{
      .repository = same, .metrics = metrics, .ring = {}, .shelf = &shelf, .sales = &sales};
  const Guard guard({});
  RouteTable table(guard);
  for (const auto add : {add_dataset_routes, add_run_routes, add_reject_routes, add_quality_routes,
                         add_series_routes, add_panel_routes, add_sales_routes}) {
    add(table, services);
  }
  sales.prepare(request.dataset);
  return make_report(table, services, request);
}

std::vector<std::string> publish_report(const Repository& repository, const std::string& dataset,
                                        const Report& report) {
  ObjectStore& store = repository.store();
  const std::string folder = fmt::format("reports/{}/", dataset);
  std::vector<std::string> keys{folder + report.run + ".html"};
  store.put(keys.front(), report.html);
  const auto all = store.list(folder);
  const bool is_latest = std::none_of(all.begin(), all.end(), [&](const std::string& key) {
    return key != folder + "latest.html" && key > keys.front();
  });
  if (is_latest) {
    keys.push_back(folder + "latest.html");
    store.put(keys.back(), report.html);
  }
  return keys;
}

}  // namespace forecart
