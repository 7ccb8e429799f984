#include "base/utc_text.h"
#include "server/account_words.h"
#include "server/forbidden.h"
#include "server/json_body.h"
#include "server/routes.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace forecart {

namespace {

using nlohmann::json;

constexpr const char* kTokenSchema = R"({
  "id": {"type": "string"},
  "name": {"type": "string"},
  "user": {"type": "string"},
  "role": {"enum": ["viewer", "analyst", "admin"]},
  "datasets": {"type": ["array", "null"], "items": {"type": "string"}},
  "created": {"type": "string"},
  "expires": {"type": "string"},
  "last_used": {"type": ["string", "null"]},
  "secret": {"type": "string"}})";

json token_json(Access& access, const std::string& user, const ApiToken& token) {
  const auto used = access.last_used(token);
  json told{{"id", token.id},
            {"name", token.name},
            {"user", user},
            {"role", to_string(token.scope.role)},
            {"datasets", token.scope.datasets ? json(*token.scope.datasets) : json(nullptr)},
            {"created", utc_text(token.created)},
            {"expires", utc_text(token.expires)}};
  told["last_used"] = used ? json(utc_text(*used)) : json(nullptr);
  return told;
}

Answer list_tokens(Access& access, const Call& call) {
  json tokens = json::array();
  const User user = user_named(access, call.who.principal->name());
  for (const ApiToken& token : user.tokens) tokens.push_back(token_json(access, user.name, token));
  return json_answer({{"tokens", tokens}});
}

Answer add_token(Access& access, const Call& call) {
  require_session(call, "make tokens");
  const JsonBody body(call, {"name", "role", "datasets", "days"});
  NewToken token{.user = call.who.principal->name(), .name = body.text("name")};
  token.scope.role = role_in(body.text("role", to_string(Role::viewer)));
  if (body.has("datasets")) token.scope.datasets = grants_of(body.texts("datasets"));
  if (const auto days = body.number("days", 1, kLongestToken.count())) {
    token.valid = std::chrono::days(*days);
  }
  const IssuedToken issued = access.add_token(token, actor_of(call));
  json told = token_json(access, token.user, issued.token);
  told["secret"] = issued.secret;
  Answer answer = json_answer(told, 201);
  answer.secret = true;
  return answer;
}

Answer remove_token(Access& access, const Call& call) {
  require_session(call, "revoke tokens");
  access.revoke_token(call.who.principal->name(), call.values[0], actor_of(call));
  return no_content();
}

void add_schemas(RouteTable& table) {
  table.add_schema("Token", object_schema(kTokenSchema, {"secret"}));
  table.add_schema("Tokens", object_schema(R"({"tokens": {"type": "array",
    "items": {"$ref": "#/components/schemas/Token"}}})"));
  table.add_schema("NewToken", object_schema(R"({
    "name": {"type": "string", "minLength": 1, "maxLength": 64},
    "role": {"enum": ["viewer", "analyst", "admin"]},
    "days": {"type": "integer", "minimum": 1, "maximum": 366},
    "datasets": {"type": "array", "maxItems": 1000, "items": {"type": "string"}}})",
                                             {"role", "days", "datasets"}));
}

}  // namespace

void add_token_routes(RouteTable& table, const RouteServices& services) {
  Access& access = *services.access;
  add_schemas(table);
  table.add({.method = "GET",
             .pattern = "/api/v1/tokens",
             .summary = "One's own tokens, without their secrets.",
             .clearance = Clearance::signed_in,
             .answer_schema = "Tokens",
             .handle = [&access](const Call& call) { return list_tokens(access, call); }});
  table.add({.method = "POST",
             .pattern = "/api/v1/tokens",
             .summary = "Makes a token for programs; its secret is shown this once.",
             .clearance = Clearance::signed_in,
             .body = BodyPlace::memory,
             .most_bytes = kMostJsonBytes,
             .body_schema = "NewToken",
             .status = 201,
             .answer_schema = "Token",
             .handle = [&access](const Call& call) { return add_token(access, call); }});
  table.add({.method = "DELETE",
             .pattern = "/api/v1/tokens/{token}",
             .summary = "Revokes one's own token, by its id.",
             .clearance = Clearance::signed_in,
             .status = 204,
             .handle = [&access](const Call& call) { return remove_token(access, call); }});
}

}  // namespace forecart
