#include "pipeline/arrivals.h"
#include "server/json_body.h"
#include "server/routes.h"

#include <nlohmann/json.hpp>

namespace forecart {

namespace {

Answer show_arrivals(const RouteServices& services, const Call& call) {
  require_dataset(services, call.values[0]);
  return json_answer(unsettled_arrivals(services.repository, call.values[0]));
}

Answer retry(const RouteServices& services, const Call& call) {
  require_dataset(services, call.values[0]);
  const auto back = retry_dead_letters(services.location, call.values[0]);
  services.ring(call.values[0]);
  return json_answer({{"retried", back}});
}

}  // namespace

void add_arrival_routes(RouteTable& table, const RouteServices& services) {
  table.add_schema("Arrivals", object_schema(R"({
    "waiting": {"type": "array", "items": {"type": "object", "required": ["key", "bytes", "since"],
      "properties": {"key": {"type": "string"}, "bytes": {"type": "integer"},
                     "since": {"type": "string"}}}},
    "asked": {"type": "integer"},
    "dead": {"type": "array", "items": {"type": "object",
      "required": ["key", "code", "message", "at"],
      "properties": {"key": {"type": "string"}, "code": {"type": "string"},
                     "message": {"type": "string"}, "at": {"type": "string"}}}}})"));
  table.add_schema("Retried", object_schema(R"({
    "retried": {"type": "array", "items": {"type": "string"}}})"));
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}/arrivals",
             .summary = "Files that wait to be taken in, and what was given up, with the reason.",
             .clearance = Clearance::viewer,
             .answer_schema = "Arrivals",
             .handle = [services](const Call& call) { return show_arrivals(services, call); }});
  table.add({.method = "POST",
             .pattern = "/api/v1/datasets/{dataset}/arrivals/retry",
             .summary = "Puts what was given up back, to be tried again.",
             .clearance = Clearance::analyst,
             .answer_schema = "Retried",
             .audit = "file.retry",
             .handle = [services](const Call& call) { return retry(services, call); }});
}

}  // namespace forecart
