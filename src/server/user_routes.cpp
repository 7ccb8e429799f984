#include "base/error.h"
#include "base/time.h"
#include "base/utc_text.h"
#include "server/forbidden.h"
#include "server/json_body.h"
#include "server/routes.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {

namespace {

using nlohmann::json;

constexpr const char* kUserSchema = R"({
  "name": {"type": "string"},
  "role": {"enum": ["viewer", "analyst", "admin"]},
  "datasets": {"type": "array", "items": {"type": "string"}},
  "disabled": {"type": "boolean"},
  "has_password": {"type": "boolean"},
  "issuer": {"type": ["string", "null"]},
  "subject": {"type": ["string", "null"]},
  "created": {"type": "string"},
  "locked_until": {"type": ["string", "null"]},
  "tokens": {"type": "integer"}})";

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

constexpr const char* kAuditSchema = R"({
  "entries": {"type": "array", "items": {"$ref": "#/components/schemas/AuditEntry"}},
  "next": {"type": ["string", "null"]}})";

json user_json(Access& access, const User& user) {
  const bool linked = user.subject.has_value();
  const auto locked = access.locked_until(user);
  return {{"name", user.name},
          {"role", to_string(user.role)},
          {"datasets", user.grants},
          {"disabled", user.disabled},
          {"has_password", !user.password_hash.empty()},
          {"issuer", linked ? json(user.subject->issuer) : json(nullptr)},
          {"subject", linked ? json(user.subject->id) : json(nullptr)},
          {"created", utc_text(user.created)},
          {"locked_until", locked ? json(utc_text(*locked)) : json(nullptr)},
          {"tokens", user.tokens.size()}};
}

User user_named(Access& access, const std::string& name) {
  for (User& user : access.users()) {
    if (user.name == user_name(name)) return std::move(user);
  }
  throw Error(ErrorCode::unknown_name,
              fmt::format("there is no user '{}'; GET /api/v1/users lists them", name));
}

Actor actor(const Call& call) {
  return actor_of(*call.who.principal, call.who.address);
}

/// A word of the body that is none of the list is no path that leads nowhere.
Role role_in(const std::string& text) {
  try {
    return parse_role(text);
  } catch (const Error& error) {
    throw Error(ErrorCode::invalid_value, error.what());
  }
}

Grants grants_of(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

Answer list_users(Access& access) {
  json users = json::array();
  for (const User& user : access.users()) users.push_back(user_json(access, user));
  return json_answer({{"users", users}});
}

bool names_subject(const JsonBody& body) {
  return body.has("subject") || body.has("issuer");
}

NewUser user_in(const JsonBody& body) {
  NewUser user;
  user.name = user_name(body.text("name"));
  user.role = role_in(body.text("role"));
  user.grants = grants_of(body.texts("datasets"));
  user.password = body.text("password", "");
  if (names_subject(body)) user.subject = Subject{body.text("issuer"), body.text("subject")};
  return user;
}

Answer add_user(Access& access, const Call& call) {
  const JsonBody body(call, {"name", "password", "role", "datasets", "issuer", "subject"});
  const NewUser user = user_in(body);
  if (!user.password.empty() || user.subject) require_session(call, "give a way to sign in");
  if (user.role == Role::admin) require_session(call, "make admins");
  access.add_user(user, actor(call));
  return json_answer(user_json(access, user_named(access, user.name)), 201);
}

UserChange change_in(const JsonBody& body) {
  UserChange change;
  if (body.has("role")) change.role = role_in(body.text("role"));
  if (body.has("disabled")) change.disabled = body.truth("disabled");
  if (body.has("password")) change.password = body.text("password");
  if (body.has("datasets")) change.grants = grants_of(body.texts("datasets"));
  if (!names_subject(body)) return change;
  // null takes the way by the provider away
  const bool none = body.is_null("subject") && (!body.has("issuer") || body.is_null("issuer"));
  change.subject.emplace();
  if (!none) *change.subject = Subject{body.text("issuer"), body.text("subject")};
  return change;
}

Answer change_user(Access& access, const Call& call) {
  const JsonBody body(call, {"password", "role", "datasets", "disabled", "issuer", "subject"});
  const UserChange change = change_in(body);
  if (change.password) require_session(call, "set passwords");
  if (change.role) require_session(call, "change roles");
  if (change.subject) require_session(call, "link users to a provider");
  if (change.disabled && !*change.disabled) require_session(call, "let somebody in again");
  const std::string name = user_named(access, call.values[0]).name;
  access.change_user(name, change, actor(call));
  return json_answer(user_json(access, user_named(access, name)));
}

Answer remove_user(Access& access, const Call& call) {
  access.remove_user(user_named(access, call.values[0]).name, actor(call));
  return no_content();
}

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
  const IssuedToken issued = access.add_token(token, actor(call));
  json told = token_json(access, token.user, issued.token);
  told["secret"] = issued.secret;
  Answer answer = json_answer(told, 201);
  answer.secret = true;
  return answer;
}

Answer remove_token(Access& access, const Call& call) {
  require_session(call, "revoke tokens");
  access.revoke_token(call.who.principal->name(), call.values[0], actor(call));
  return no_content();
}

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

void add_own_routes(RouteTable& table, Access& access) {
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

void add_schemas(RouteTable& table) {
  table.add_schema("User", object_schema(kUserSchema));
  table.add_schema("Users", object_schema(R"({"users": {"type": "array",
    "items": {"$ref": "#/components/schemas/User"}}})"));
  table.add_schema("Token", object_schema(kTokenSchema, {"secret"}));
  table.add_schema("Tokens", object_schema(R"({"tokens": {"type": "array",
    "items": {"$ref": "#/components/schemas/Token"}}})"));
  table.add_schema("Audit", object_schema(kAuditSchema));
  constexpr const char* kDatasets =
      R"({"type": "array", "maxItems": 1000, "items": {"type": "string"}})";
  table.add_schema("NewUser", object_schema(fmt::format(R"({{
    "name": {{"type": "string", "minLength": 1, "maxLength": 64}},
    "role": {{"enum": ["viewer", "analyst", "admin"]}},
    "password": {{"type": "string", "minLength": 12, "maxLength": 512}},
    "issuer": {{"type": "string"}}, "subject": {{"type": "string"}},
    "datasets": {}}})",
                                                        kDatasets),
                                            {"password", "issuer", "subject", "datasets"}));
  table.add_schema("UserChange", object_schema(fmt::format(R"({{
    "role": {{"enum": ["viewer", "analyst", "admin"]}},
    "password": {{"type": "string", "minLength": 12, "maxLength": 512}},
    "disabled": {{"type": "boolean"}},
    "issuer": {{"type": ["string", "null"]}}, "subject": {{"type": ["string", "null"]}},
    "datasets": {}}})",
                                                           kDatasets),
                                               {"role", "password", "disabled", "issuer", "subject",
                                                "datasets"}));
  table.add_schema("NewToken", object_schema(fmt::format(R"({{
    "name": {{"type": "string", "minLength": 1, "maxLength": 64}},
    "role": {{"enum": ["viewer", "analyst", "admin"]}},
    "days": {{"type": "integer", "minimum": 1, "maximum": 366}},
    "datasets": {}}})",
                                                         kDatasets),
                                             {"role", "days", "datasets"}));
}

}  // namespace

void add_user_routes(RouteTable& table, const RouteServices& services) {
  Access& access = *services.access;
  add_schemas(table);
  add_own_routes(table, access);
  table.add({.method = "GET",
             .pattern = "/api/v1/users",
             .summary = "All users.",
             .clearance = Clearance::admin,
             .answer_schema = "Users",
             .handle = [&access](const Call&) { return list_users(access); }});
  table.add({.method = "POST",
             .pattern = "/api/v1/users",
             .summary = "Adds a user, with a password or a subject of the OpenID provider.",
             .clearance = Clearance::admin,
             .body = BodyPlace::memory,
             .most_bytes = kMostJsonBytes,
             .body_schema = "NewUser",
             .status = 201,
             .answer_schema = "User",
             .lane = Lane::password,
             .handle = [&access](const Call& call) { return add_user(access, call); }});
  table.add({.method = "GET",
             .pattern = "/api/v1/users/{user}",
             .summary = "One user.",
             .clearance = Clearance::admin,
             .answer_schema = "User",
             .handle = [&access](const Call& call) {
               return json_answer(user_json(access, user_named(access, call.values[0])));
             }});
  table.add({.method = "PATCH",
             .pattern = "/api/v1/users/{user}",
             .summary = "Changes what is given of a user, all of it or nothing; where that is more "
                        "than data sets, their sessions end.",
             .clearance = Clearance::admin,
             .body = BodyPlace::memory,
             .most_bytes = kMostJsonBytes,
             .body_schema = "UserChange",
             .answer_schema = "User",
             .lane = Lane::password,
             .handle = [&access](const Call& call) { return change_user(access, call); }});
  table.add({.method = "DELETE",
             .pattern = "/api/v1/users/{user}",
             .summary = "Removes a user with their tokens and sessions.",
             .clearance = Clearance::admin,
             .status = 204,
             .handle = [&access](const Call& call) { return remove_user(access, call); }});
  table.add({.method = "DELETE",
             .pattern = "/api/v1/users/{user}/sessions",
             .summary = "Ends all sessions of a user.",
             .clearance = Clearance::admin,
             .status = 204,
             .handle = [&access](const Call& call) {
               access.sign_out_everywhere(user_named(access, call.values[0]).name, actor(call));
               return no_content();
             }});
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
