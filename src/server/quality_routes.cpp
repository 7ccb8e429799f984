#include "pipeline/data_quality.h"
#include "pipeline/find_run.h"
#include "server/json_body.h"
#include "server/persons.h"
#include "server/published.h"
#include "server/routes.h"

#include <nlohmann/json.hpp>

namespace forecart {

namespace {

using nlohmann::json;

/// Of the panel that the query names, else of all that one may see.
std::vector<std::string> panels_asked_for(const ForecastIndex& index, const Call& call) {
  if (!call.parameter("panel").empty()) return {panel_of(index, call).name};
  std::vector<std::string> names;
  for (const ForecastIndex::Panel& panel : index.panels()) {
    if (may_see_persons(call) || !panel.names_persons) names.push_back(panel.name);
  }
  return names;
}

Answer show_quality(const RouteServices& services, const Call& call) {
  require_dataset(services, call.values[0]);
  const auto known = published(services, call, Patience::any);
  const json manifest = find_run(services.repository, call.values[0], known->run);
  json panels = json::array();
  for (const std::string& name : panels_asked_for(*known->index, call)) {
    panels.push_back(data_quality(services.repository, *services.shelf, manifest, name));
  }
  return json_answer({{"run", known->run}, {"panels", panels}});
}

constexpr const char* kQualitySchema = R"({
  "run": {"type": "string"},
  "panels": {"type": "array", "items": {"type": "object",
    "required": ["panel", "series", "buckets", "masked", "empty", "empty_share", "gaps", "outliers",
                 "level_shifts", "latest", "notes"],
    "properties": {
      "panel": {"type": "string"},
      "series": {"type": "integer"},
      "buckets": {"type": "integer"},
      "masked": {"type": "integer"},
      "empty": {"type": ["integer", "null"]},
      "empty_share": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
      "gaps": {"type": ["array", "null"], "maxItems": 50, "items": {"type": "object",
        "required": ["unique_id", "buckets", "from", "to", "count", "empty_share"],
        "properties": {"unique_id": {"type": "string"}, "buckets": {"type": "integer"},
          "from": {"type": "string"}, "to": {"type": "string"}, "count": {"type": "integer"},
          "empty_share": {"type": "number"}}}},
      "outliers": {"type": "integer"},
      "level_shifts": {"type": "integer"},
      "latest": {"type": "array", "maxItems": 50, "items": {"type": "object",
        "required": ["unique_id", "ds", "kind", "value", "expected", "treatment"],
        "properties": {"unique_id": {"type": "string"}, "ds": {"type": "string"},
          "kind": {"enum": ["outlier", "level_shift"]}, "value": {"type": ["number", "null"]},
          "expected": {"type": ["number", "null"]}, "treatment": {"type": "string"}}}},
      "notes": {"type": "array", "items": {"type": "string"}}}}}})";

}  // namespace

void add_quality_routes(RouteTable& table, const RouteServices& services) {
  table.add_schema("Quality", object_schema(kQualitySchema));
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}/quality",
             .summary = "How whole the data are that a run knew: empty buckets, the longest gaps, "
                        "outliers and level shifts of each panel.",
             .clearance = Clearance::viewer,
             .query = {{"panel", "of this panel alone"}, run_parameter()},
             .answer_schema = "Quality",
             .lane = Lane::heavy,
             .handle = [services](const Call& call) { return show_quality(services, call); }});
}

}  // namespace forecart
