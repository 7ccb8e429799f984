#include "base/ascii.h"
#include "base/error.h"
#include "base/series_id.h"
#include "pipeline/series_explanation.h"
#include "pipeline/version.h"
#include "server/api_file.h"
#include "server/json_body.h"
#include "server/published.h"
#include "server/routes.h"
#include "table/table_text.h"

#include "http/refine.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::size_t kMostSeries = 1000;

/// The first row stands for panel and series, and a run never changes; other programs may tell it
/// in another form.
std::string etag_of(const Published& published, const ForecastIndex::Series& series,
                    TableFormat format) {
  return fmt::format("{}-{}-{}-{}", kVersion, published.run, series.first, to_string(format));
}

Answer forecast_answer(const RouteServices& services, const Call& call,
                       const Published& published) {
  const ForecastIndex::Panel& panel = panel_of(*published.index, call);
  const ForecastIndex::Series& series = series_of(panel, call);
  const TableFormat format = format_of(call);
  const std::string etag = etag_of(published, series, format);
  if (has_it(call.request, etag)) return not_modified(etag);
  Answer answer;
  if (format == TableFormat::json) {
    std::string text = series_json(*published.index, panel, series);
    text.insert(1, fmt::format("\"run\":\"{}\",", published.run));
    answer.body = std::move(text) + "\n";
  } else {
    answer = table_answer(series_table(*published.index, series), false, format,
                          services.repository.store().work_folder(), "forecast");
  }
  answer.etag = etag;
  return answer;
}

std::optional<Answer> forecast_at_once(const RouteServices& services, const Call& call) {
  // a parquet file is written to disk
  if (format_of(call) == TableFormat::parquet) return std::nullopt;
  const auto known = published(services, call, Patience::none);
  if (!known) return std::nullopt;
  return forecast_answer(services, call, *known);
}

bool contains_ignoring_case(std::string_view text, std::string_view wanted) {
  return std::search(text.begin(), text.end(), wanted.begin(), wanted.end(),
                     [](char a, char b) { return ascii_lower(a) == ascii_lower(b); }) != text.end();
}

/// Ids after `after` that contain `search`, in their order.
Answer list_series(const RouteServices& services, const Call& call) {
  const auto known = published(services, call, Patience::any);
  const ForecastIndex::Panel& panel = panel_of(*known->index, call);
  const std::size_t limit = limit_parameter(call, 100, kMostSeries);
  const std::string_view wanted = call.parameter("search");
  const std::string_view after = call.parameter("after");
  json ids = json::array();
  std::size_t matching = 0;
  for (const ForecastIndex::Series& series : panel.series) {
    if (!contains_ignoring_case(series.id, wanted) &&
        !contains_ignoring_case(readable_id(series.id), wanted)) {
      continue;
    }
    ++matching;
    if (series.id > after && ids.size() < limit + 1) ids.push_back(series.id);
  }
  json next = nullptr;
  if (ids.size() > limit) {
    ids.erase(ids.size() - 1);
    next = ids.back();
  }
  json panels = json::array();
  for (const ForecastIndex::Panel& one : known->index->panels()) {
    panels.push_back({{"panel", one.name}, {"series", one.series.size()}});
  }
  return json_answer({{"run", known->run},
                      {"panel", panel.name},
                      {"panels", panels},
                      {"matching", matching},
                      {"series", ids},
                      {"next", next}});
}

/// What the forecasts of a series are made of, by the states of the current run.
Answer explain(const RouteServices& services, const Call& call) {
  require_dataset(services, call.values[0]);
  // an id that is not there would have all states read
  const auto known = published(services, call, Patience::any);
  const ForecastIndex::Panel& panel = panel_of(*known->index, call);
  series_of(panel, call);
  const SeriesExplanation told =
      explain_series({.repository = services.location,
                      .dataset = call.values[0],
                      .panel = panel.name,
                      .unique_id = std::string(call.parameter("unique_id"))});
  const TableFormat format = format_of(call);
  if (format == TableFormat::json) {
    return json_answer({{"run", told.run},
                        {"moved_on", told.moved_on},
                        {"rows", rows_json(told.table)},
                        {"models", told.models},
                        {"notes", told.notes}});
  }
  return table_answer(told.table, false, format, services.repository.store().work_folder(),
                      "explanation");
}

void add_series_schemas(RouteTable& table) {
  table.add_schema("Series", object_schema(R"({
    "run": {"type": "string"}, "panel": {"type": "string"},
    "panels": {"type": "array", "items": {"type": "object", "required": ["panel", "series"],
      "properties": {"panel": {"type": "string"}, "series": {"type": "integer"}}}},
    "matching": {"type": "integer"},
    "series": {"type": "array", "items": {"type": "string"}},
    "next": {"type": ["string", "null"]}})"));
  table.add_schema("Forecast", object_schema(R"({
    "run": {"type": "string"}, "panel": {"type": "string"}, "unique_id": {"type": "string"},
    "ds": {"type": "array", "items": {"type": "string"}},
    "values": {"type": "object", "additionalProperties": {
      "type": "array", "items": {"type": ["number", "null"]}}}})"));
}

}  // namespace

void add_series_routes(RouteTable& table, const RouteServices& services) {
  add_series_schemas(table);
  const Parameter panel{"panel",
                        "name of the panel; the first that one may see where none is given"};
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}/series",
             .summary = "Ids of the series of a panel, by what they contain, page by page.",
             .clearance = Clearance::viewer,
             .query = {panel,
                       {"search", "text that the id contains, in letters of any case"},
                       {"after", "`next` of the page before"},
                       limit_of("ids at most", 1000),
                       run_parameter()},
             .answer_schema = "Series",
             .handle = [services](const Call& call) { return list_series(services, call); }});
  table.add(
      {.method = "GET",
       .pattern = "/api/v1/datasets/{dataset}/forecast",
       .summary = "The forecasts of one series, with intervals.",
       .clearance = Clearance::viewer,
       .query = {panel,
                 {"unique_id", "id of the series", R"({"type":"string","maxLength":1000})", true},
                 run_parameter(),
                 format_parameter()},
       .answer_schema = "Forecast",
       .types = {"text/csv", "application/vnd.apache.parquet"},
       .tagged = true,
       .handle =
           [services](const Call& call) {
             return forecast_answer(services, call, *published(services, call, Patience::any));
           },
       .at_once = [services](const Call& call) { return forecast_at_once(services, call); }});
  table.add_schema("Explanation", object_schema(R"({
    "run": {"type": "string"}, "moved_on": {"type": "boolean"},
    "rows": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}},
    "models": {"type": "array", "items": {"type": "object",
      "required": ["model", "unique_id", "explanation"], "properties": {
        "model": {"type": "string"}, "unique_id": {"type": "string"},
        "explanation": {"type": ["object", "null"]}}}},
    "notes": {"type": "array", "items": {"type": "string"}}})"));
  table.add(
      {.method = "GET",
       .pattern = "/api/v1/datasets/{dataset}/explanation",
       .summary = "What the forecasts of one series are made of: parts that add up to them, and "
                  "what each model knows of itself.",
       .clearance = Clearance::viewer,
       .query = {panel,
                 {"unique_id", "id of the series", R"({"type":"string","maxLength":1000})", true},
                 format_parameter()},
       .answer_schema = "Explanation",
       .types = {"text/csv", "application/vnd.apache.parquet"},
       .lane = Lane::heavy,
       .handle = [services](const Call& call) { return explain(services, call); }});
}

}  // namespace forecart
