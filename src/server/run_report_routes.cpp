#include "base/error.h"
#include "net/credentials.h"
#include "pipeline/plan.h"
#include "pipeline/run_diff.h"
#include "pipeline/run_request.h"
#include "server/json_body.h"
#include "server/persons.h"
#include "server/routes.h"
#include "server/run_mode.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::size_t kMostItems = 1000;

Answer show_request(const RouteServices& services, const Call& call) {
  require_dataset(services, call.values[0]);
  return json_answer(run_request_state(services.repository, call.values[0], call.values[1]));
}

/// Names of the panels of a run whose ids may name persons.
void add_personal_panels(const RouteServices& services, const std::string& dataset,
                         const std::string& run, std::set<std::string>& names) {
  const auto index = services.shelf->forecasts(dataset, run);
  for (const ForecastIndex::Panel& panel : index->panels()) {
    if (panel.names_persons) names.insert(panel.name);
  }
}

/// Leaves out what who asks may not see.
void leave_out_persons(const RouteServices& services, const Call& call, RunDiff& diff) {
  if (may_see_persons(call)) return;
  std::set<std::string> hidden;
  for (const std::string& run : {diff.before, diff.after}) {
    add_personal_panels(services, call.values[0], run, hidden);
  }
  if (hidden.empty()) return;
  std::erase_if(diff.items, [&](const ItemChange& item) { return hidden.contains(item.panel); });
}

/// Items `offset` to `offset + limit` of the changes, biggest first, and how many there are.
Answer show_diff(const RouteServices& services, const Call& call) {
  require_dataset(services, call.values[0]);
  require_run_name(call.values[1]);
  require_run_name(call.values[2]);
  const std::size_t limit = limit_parameter(call, 100, kMostItems);
  const std::size_t offset = number_parameter(call, "offset", 0, SIZE_MAX / 2);
  RunDiff diff = diff_runs({.repository = services.location,
                            .dataset = call.values[0],
                            .before = call.values[1],
                            .after = call.values[2],
                            .panel = std::string(call.parameter("panel")),
                            .model = std::string(call.parameter("model"))});
  leave_out_persons(services, call, diff);
  const std::size_t all = diff.items.size();
  const std::size_t first = std::min(offset, all);
  const std::size_t last = first + std::min(limit, all - first);
  diff.items = {diff.items.begin() + static_cast<std::ptrdiff_t>(first),
                diff.items.begin() + static_cast<std::ptrdiff_t>(last)};
  json told = to_json(diff);
  told["items_changed"] = all;
  told["more"] = last < all;
  return json_answer(told);
}

/// On one thread: others ask meanwhile.
Answer show_plan(const RouteServices& services, const Call& call) {
  require_dataset(services, call.values[0]);
  PlanRequest request;
  request.run.repository = services.location;
  request.run.dataset = call.values[0];
  request.run.choice.threads = 1;
  request.run.retrain_all = mode_of(call) == RunMode::anew;
  request.probe = false;
  request.instance = process_environment()("FORECART_SAGEMAKER_INSTANCE").value_or("");
  return json_answer(to_json(plan_run(request)));
}

constexpr const char* kRequestSchema = R"({
  "request": {"type": "string"},
  "state": {"enum": ["waiting", "working", "done", "failed", "cancelled"]},
  "asked": {"type": "string"},
  "run": {"type": ["string", "null"]},
  "error": {"type": ["object", "null"], "required": ["code", "message"],
    "properties": {"code": {"type": "string"}, "message": {"type": "string"},
                   "attempts": {"type": "integer"}, "at": {"type": "string"},
                   "next_try": {"type": "string"}}}})";

constexpr const char* kDiffSchema = R"({
  "before": {"type": "string"},
  "after": {"type": "string"},
  "data": {"type": "array", "items": {"type": "string"}},
  "parameters": {"type": "array", "items": {"type": "string"}},
  "states": {"type": "array", "items": {"type": "string"}},
  "items": {"type": "array", "items": {"type": "object",
    "required": ["panel", "unique_id", "model", "before", "after", "change", "share", "causes",
                 "detail"],
    "properties": {
      "panel": {"type": "string"}, "unique_id": {"type": "string"}, "model": {"type": "string"},
      "before": {"type": ["number", "null"]}, "after": {"type": ["number", "null"]},
      "change": {"type": ["number", "null"]}, "share": {"type": ["number", "null"]},
      "causes": {"type": "array", "items": {"type": "string"}},
      "detail": {"type": "string"}}}},
  "items_changed": {"type": "integer"},
  "items_unchanged": {"type": "integer"},
  "more": {"type": "boolean"}})";

constexpr const char* kPlanSchema = R"({
  "dataset": {"type": "string"},
  "goes_on_from": {"type": ["string", "null"]},
  "panels": {"type": "array", "items": {"type": "object",
    "required": ["panel", "models", "core_seconds", "basis", "learnt_from"],
    "properties": {"panel": {"type": "string"}, "core_seconds": {"type": "number"}}}},
  "known": {"type": "array", "items": {"type": "string"}},
  "guesses": {"type": "array", "items": {"type": "string"}},
  "basis": {"type": "object", "required": ["core_seconds"],
    "properties": {"core_seconds": {"enum": ["run", "probe", "table"]}}},
  "usage": {"type": "object"},
  "cost": {"type": "object", "required": ["currency", "platforms"]}})";

}  // namespace

void add_run_report_routes(RouteTable& table, const RouteServices& services) {
  table.add_schema("RequestState", object_schema(kRequestSchema));
  table.add_schema("RunDiff", object_schema(kDiffSchema));
  table.add_schema("Plan", object_schema(kPlanSchema));
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}/requests/{request}",
             .summary = "What became of a request for a run: it waits, is worked on, done by a "
                        "run, given up or cancelled.",
             .clearance = Clearance::viewer,
             .answer_schema = "RequestState",
             .handle = [services](const Call& call) { return show_request(services, call); }});
  table.add(
      {.method = "GET",
       .pattern = "/api/v1/datasets/{dataset}/runs/{run}/diff/{other}",
       .summary = "Which items a later run forecasts otherwise than a run, biggest change first, "
                  "and why.",
       .clearance = Clearance::viewer,
       .query = {{"panel", "only items of this panel"},
                 {"model",
                  "of this model; of each panel AutoSelect where none is given, or the "
                  "first that both have"},
                 limit_of("items at most", 1000),
                 {"offset", "items to leave out before them", R"({"type":"integer","minimum":0})"}},
       .answer_schema = "RunDiff",
       .lane = Lane::heavy,
       .handle = [services](const Call& call) { return show_diff(services, call); }});
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}/plan",
             .summary = "What a run would use and cost, as far as that is known without trying.",
             .clearance = Clearance::analyst,
             .query = {mode_parameter()},
             .answer_schema = "Plan",
             .lane = Lane::heavy,
             .handle = [services](const Call& call) { return show_plan(services, call); }});
}

}  // namespace forecart
