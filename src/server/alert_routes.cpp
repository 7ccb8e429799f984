#include "pipeline/alerting.h"
#include "pipeline/known_datasets.h"
#include "server/json_body.h"
#include "server/routes.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {

namespace {

using nlohmann::json;

constexpr const char* kAlert = R"({"type": "object",
  "required": ["dataset", "key", "alert", "panel", "message", "since"],
  "properties": {"dataset": {"type": "string"}, "key": {"type": "string"},
    "alert": {"type": "string"}, "panel": {"type": "string"}, "message": {"type": "string"},
    "since": {"type": "string"}}})";

json alert_json(const std::string& dataset, const ActiveAlert& alert) {
  json told = to_json(alert);
  told["dataset"] = dataset;
  return told;
}

Answer show_alerts(const RouteServices& services, const Call& call) {
  require_dataset(services, call.values[0]);
  const AlertState state = read_alerts(services.repository, call.values[0]);
  json list = json::array();
  for (const ActiveAlert& alert : state.active) list.push_back(alert_json(call.values[0], alert));
  const bool told = state.delivery_error.empty();
  return json_answer(
      {{"alerts", list}, {"alert_error", told ? json(nullptr) : json(state.delivery_error)}});
}

/// The latest first, and what could not be told to anybody.
Answer show_all_alerts(const RouteServices& services, const Call& call) {
  std::vector<json> alerts;
  json errors = json::array();
  for (const std::string& dataset : known_datasets(services.repository)) {
    if (!call.who.sees(dataset)) continue;
    const AlertState state = read_alerts(services.repository, dataset);
    for (const ActiveAlert& alert : state.active) alerts.push_back(alert_json(dataset, alert));
    if (state.delivery_error.empty()) continue;
    errors.push_back({{"dataset", dataset}, {"message", state.delivery_error}});
  }
  std::stable_sort(alerts.begin(), alerts.end(),
                   [](const json& a, const json& b) { return a.at("since") > b.at("since"); });
  return json_answer({{"alerts", alerts}, {"errors", errors}});
}

}  // namespace

void add_alert_routes(RouteTable& table, const RouteServices& services) {
  const std::string list = std::string(R"({"alerts": {"type": "array", "items": )") + kAlert + "}";
  table.add_schema("Alerts",
                   object_schema(list + R"(, "alert_error": {"type": ["string", "null"]}})"));
  table.add_schema("AllAlerts", object_schema(list + R"(, "errors": {"type": "array", "items": {
    "type": "object", "required": ["dataset", "message"],
    "properties": {"dataset": {"type": "string"}, "message": {"type": "string"}}}}})"));
  table.add({.method = "GET",
             .pattern = "/api/v1/alerts",
             .summary = "Alerts that are active, of all data sets that one may see, latest first.",
             .clearance = Clearance::viewer,
             .answer_schema = "AllAlerts",
             .handle = [services](const Call& call) { return show_all_alerts(services, call); }});
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}/alerts",
             .summary = "Alerts that are active.",
             .clearance = Clearance::viewer,
             .answer_schema = "Alerts",
             .handle = [services](const Call& call) { return show_alerts(services, call); }});
}

}  // namespace forecart
