#include "base/error.h"
#include "base/time.h"
#include "server/json_body.h"
#include "server/routes.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace forecart {

namespace {

using nlohmann::json;

Instant time_parameter(const Call& call, std::string_view name, Instant otherwise) {
  const std::string text(call.parameter(name));
  if (text.empty()) return otherwise;
  const auto time = parse_instant(text, {});
  if (!time) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("'{}' is not allowed for {}; give a time such as 2026-04-12T08:30:00Z",
                            text.substr(0, 100), name));
  }
  return *time;
}

Answer read_audit(Access& access, const Call& call) {
  AuditQuery query;
  query.from = time_parameter(call, "from", Instant{});
  query.to = time_parameter(call, "to", system_now() + std::chrono::hours(24));
  query.most = limit_parameter(call, 100, kMostEntries);
  query.before = std::string(call.parameter("before"));
  const auto entries = access.audit().read(query);
  json list = json::array();
  for (const AuditEntry& entry : entries) list.push_back(to_json(entry));
  const bool full = entries.size() == query.most;
  return json_answer(
      {{"entries", list}, {"next", full ? json(entries.back().stamp) : json(nullptr)}});
}

}  // namespace

void add_audit_routes(RouteTable& table, const RouteServices& services) {
  Access& access = *services.access;
  table.add_schema("Audit", object_schema(R"({
    "entries": {"type": "array", "items": {"$ref": "#/components/schemas/AuditEntry"}},
    "next": {"type": ["string", "null"]}})"));
  table.add({.method = "GET",
             .pattern = "/api/v1/audit",
             .summary = "Who did what, newest first.",
             .clearance = Clearance::admin,
             .query = {{"from", "first moment"},
                       {"to", "first moment after"},
                       limit_of("entries at most", 1000),
                       {"before", "`next` of the page before"}},
             .answer_schema = "Audit",
             .handle = [&access](const Call& call) { return read_audit(access, call); }});
}

}  // namespace forecart
