#include "base/error.h"
#include "base/utc_text.h"
#include "pipeline/overrides.h"
#include "pipeline/personal.h"
#include "server/json_body.h"
#include "server/persons.h"
#include "server/routes.h"

#include <nlohmann/json.hpp>

namespace forecart {

namespace {

using nlohmann::json;

Answer list_overrides(const RouteServices& services, const Call& call) {
  require_dataset(services, call.values[0]);
  json list = json::array();
  for (const Override& one : read_overrides(services.repository, call.values[0])) {
    if (names_person(one.unique_id) && !may_see_persons(call)) continue;
    list.push_back(to_json(one));
  }
  return json_answer({{"overrides", list}});
}

Answer make_override(const RouteServices& services, const Call& call) {
  require_dataset(services, call.values[0]);
  const JsonBody body(call, {"panel", "unique_id", "from", "to", "kind", "value", "comment"});
  const std::string kind = body.text("kind", "value");
  if (kind != "value" && kind != "factor") {
    throw Error(ErrorCode::invalid_value,
                "field 'kind' of the body is not known; give value or factor");
  }
  const Override made = add_override(services.repository, call.values[0],
                                     {.panel = body.text("panel"),
                                      .unique_id = body.text("unique_id"),
                                      .from = body.text("from"),
                                      .to = body.text("to"),
                                      .is_factor = kind == "factor",
                                      .value = body.real("value"),
                                      .comment = body.text("comment"),
                                      .author = call.who.principal->name(),
                                      .at = utc_text(services.repository.store().now())});
  return json_answer(to_json(made), 201);
}

Answer drop_override(const RouteServices& services, const Call& call) {
  require_dataset(services, call.values[0]);
  remove_override(services.repository, call.values[0], call.values[1]);
  return no_content();
}

}  // namespace

void add_override_routes(RouteTable& table, const RouteServices& services) {
  constexpr const char* kOverride = R"({
    "id": {"type": "string"}, "panel": {"type": "string"}, "unique_id": {"type": "string"},
    "from": {"type": "string"}, "to": {"type": "string"}, "kind": {"enum": ["value", "factor"]},
    "value": {"type": "number"}, "comment": {"type": "string"}, "author": {"type": "string"},
    "at": {"type": "string"}})";
  table.add_schema("Override", object_schema(kOverride));
  table.add_schema("Overrides", object_schema(R"({"overrides": {"type": "array",
    "items": {"$ref": "#/components/schemas/Override"}}})"));
  table.add_schema("NewOverride", object_schema(R"({
    "panel": {"type": "string", "minLength": 1}, "unique_id": {"type": "string", "minLength": 1},
    "from": {"type": "string", "minLength": 1, "maxLength": 40},
    "to": {"type": "string", "minLength": 1, "maxLength": 40},
    "kind": {"enum": ["value", "factor"]},
    "value": {"type": "number", "minimum": 0, "maximum": 1e15},
    "comment": {"type": "string", "minLength": 1, "maxLength": 1000}})",
                                                {"kind"}));
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}/overrides",
             .summary = "What people put in place of forecasts, the earliest first.",
             .clearance = Clearance::viewer,
             .answer_schema = "Overrides",
             .handle = [services](const Call& call) { return list_overrides(services, call); }});
  table.add({.method = "POST",
             .pattern = "/api/v1/datasets/{dataset}/overrides",
             .summary = "Puts a value, or a multiple, in place of the forecasts of some buckets.",
             .clearance = Clearance::analyst,
             .body = BodyPlace::memory,
             .most_bytes = kMostJsonBytes,
             .body_schema = "NewOverride",
             .status = 201,
             .answer_schema = "Override",
             .audit = "override.add",
             .handle = [services](const Call& call) { return make_override(services, call); }});
  table.add({.method = "DELETE",
             .pattern = "/api/v1/datasets/{dataset}/overrides/{override}",
             .summary = "Takes one back.",
             .clearance = Clearance::analyst,
             .status = 204,
             .audit = "override.remove",
             .handle = [services](const Call& call) { return drop_override(services, call); }});
}

}  // namespace forecart
