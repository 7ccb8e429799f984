#include "pipeline/alerting.h"
#include "pipeline/known_datasets.h"
#include "server/json_body.h"
#include "server/routes.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::size_t kMostOfAll = 500;  ///< that are over

/// Of alerts; `ended` of those that are over.
constexpr const char* kLists = R"({
  "alerts": {"type": "array", "items": {"type": "object",
    "required": ["dataset", "key", "alert", "panel", "message", "since"],
    "properties": {"dataset": {"type": "string"}, "key": {"type": "string"},
      "alert": {"type": "string"}, "panel": {"type": "string"}, "message": {"type": "string"},
      "since": {"type": "string"}}}},
  "ended": {"type": "array", "items": {"type": "object",
    "required": ["dataset", "key", "alert", "panel", "message", "since", "ended"],
    "properties": {"dataset": {"type": "string"}, "key": {"type": "string"},
      "alert": {"type": "string"}, "panel": {"type": "string"}, "message": {"type": "string"},
      "since": {"type": "string"}, "ended": {"type": "string"}}}},)";

/// Active alerts, or those that are over.
template <typename Alert>
void add_alerts(const std::string& dataset, const std::vector<Alert>& alerts,
                std::vector<json>& list) {
  for (const Alert& alert : alerts) {
    list.push_back(to_json(alert));
    list.back()["dataset"] = dataset;
  }
}

void latest_first(std::vector<json>& list, const char* by) {
  std::stable_sort(list.begin(), list.end(),
                   [by](const json& a, const json& b) { return a.at(by) > b.at(by); });
}

Answer show_alerts(const RouteServices& services, const Call& call) {
  require_dataset(services, call.values[0]);
  const AlertState state = read_alerts(services.repository, call.values[0]);
  std::vector<json> active;
  std::vector<json> ended;
  add_alerts(call.values[0], state.active, active);
  add_alerts(call.values[0], state.ended, ended);
  latest_first(ended, "ended");
  const bool told = state.delivery_error.empty();
  return json_answer({{"alerts", active},
                      {"ended", ended},
                      {"alert_error", told ? json(nullptr) : json(state.delivery_error)}});
}

/// The latest first, and what could not be told to anybody.
Answer show_all_alerts(const RouteServices& services, const Call& call) {
  std::vector<json> active;
  std::vector<json> ended;
  json errors = json::array();
  for (const std::string& dataset : known_datasets(services.repository)) {
    if (!call.who.sees(dataset)) continue;
    const AlertState state = read_alerts(services.repository, dataset);
    add_alerts(dataset, state.active, active);
    add_alerts(dataset, state.ended, ended);
    if (state.delivery_error.empty()) continue;
    errors.push_back({{"dataset", dataset}, {"message", state.delivery_error}});
  }
  latest_first(active, "since");
  latest_first(ended, "ended");
  if (ended.size() > kMostOfAll) ended.resize(kMostOfAll);
  return json_answer({{"alerts", active}, {"ended", ended}, {"errors", errors}});
}

}  // namespace

void add_alert_routes(RouteTable& table, const RouteServices& services) {
  const std::string lists = kLists;
  table.add_schema("Alerts",
                   object_schema(lists + R"( "alert_error": {"type": ["string", "null"]}})"));
  table.add_schema("AllAlerts", object_schema(lists + R"( "errors": {"type": "array", "items": {
    "type": "object", "required": ["dataset", "message"],
    "properties": {"dataset": {"type": "string"}, "message": {"type": "string"}}}}})"));
  table.add({.method = "GET",
             .pattern = "/api/v1/alerts",
             .summary = "Alerts of all data sets that one may see, latest first: active ones, and "
                        "the last that are over.",
             .clearance = Clearance::viewer,
             .answer_schema = "AllAlerts",
             .handle = [services](const Call& call) { return show_all_alerts(services, call); }});
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}/alerts",
             .summary = "Alerts that are active, and the last that are over.",
             .clearance = Clearance::viewer,
             .answer_schema = "Alerts",
             .handle = [services](const Call& call) { return show_alerts(services, call); }});
}

}  // namespace forecart
