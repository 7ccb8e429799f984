#include "base/time.h"
#include "base/utc_text.h"
#include "server/forbidden.h"
#include "server/json_body.h"
#include "server/routes.h"

#include <nlohmann/json.hpp>

namespace forecart {

namespace {

using nlohmann::json;

constexpr const char* kOwnSessionSchema = R"({
  "id": {"type": "string"},
  "created": {"type": "string"},
  "last_used": {"type": "string"},
  "from": {"type": "string"},
  "expires": {"type": "string"},
  "this": {"type": "boolean"}})";

json session_json(const OwnSession& session) {
  return {{"id", session.id},
          {"created", utc_text(session.created)},
          {"last_used", utc_text(session.seen)},
          {"from", session.from},
          {"expires", utc_text(session.expires)},
          {"this", session.is_this}};
}

Actor actor(const Call& call) {
  return actor_of(*call.who.principal, call.who.address);
}

Answer list(Access& access, const Call& call) {
  require_session(call, "see sessions");
  json all = json::array();
  for (const OwnSession& one : access.sessions_of(*call.who.principal, call.who.session)) {
    all.push_back(session_json(one));
  }
  return json_answer({{"sessions", all}});
}

Answer end_one(Access& access, const Call& call) {
  require_session(call, "end sessions");
  access.end_session(*call.who.principal, call.values[0], actor(call));
  return no_content();
}

Answer end_others(Access& access, const Call& call) {
  require_session(call, "end sessions");
  const std::size_t ended =
      access.end_other_sessions(*call.who.principal, call.who.session, actor(call));
  return json_answer({{"ended", ended}});
}

}  // namespace

void add_own_session_routes(RouteTable& table, const RouteServices& services) {
  Access& access = *services.access;
  table.add_schema("OwnSession", object_schema(kOwnSessionSchema));
  table.add_schema("OwnSessions", object_schema(R"({"sessions": {"type": "array",
    "items": {"$ref": "#/components/schemas/OwnSession"}}})"));
  table.add_schema("Ended", object_schema(R"({"ended": {"type": "integer"}})"));
  table.add({.method = "GET",
             .pattern = "/api/v1/sessions",
             .summary = "One's own sessions, the last used first: since when, last use and from "
                        "where, and whether it is this one.",
             .clearance = Clearance::signed_in,
             .answer_schema = "OwnSessions",
             .handle = [&access](const Call& call) { return list(access, call); }});
  table.add({.method = "DELETE",
             .pattern = "/api/v1/sessions",
             .summary = "Ends all one's own sessions but this one.",
             .clearance = Clearance::signed_in,
             .answer_schema = "Ended",
             .handle = [&access](const Call& call) { return end_others(access, call); }});
  table.add({.method = "DELETE",
             .pattern = "/api/v1/sessions/{session}",
             .summary = "Ends one of one's own sessions, by its id.",
             .clearance = Clearance::signed_in,
             .status = 204,
             .handle = [&access](const Call& call) { return end_one(access, call); }});
}

}  // namespace forecart
