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
  access.add_user(user, actor_of(call));
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
  access.change_user(name, change, actor_of(call));
  return json_answer(user_json(access, user_named(access, name)));
}

Answer remove_user(Access& access, const Call& call) {
  access.remove_user(user_named(access, call.values[0]).name, actor_of(call));
  return no_content();
}

void add_schemas(RouteTable& table) {
  table.add_schema("User", object_schema(kUserSchema));
  table.add_schema("Users", object_schema(R"({"users": {"type": "array",
    "items": {"$ref": "#/components/schemas/User"}}})"));
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
}

/// All users: listed, and one added.
void add_list(RouteTable& table, Access& access) {
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
}

/// What there is to do with one of them.
void add_one(RouteTable& table, Access& access) {
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
               access.sign_out_everywhere(user_named(access, call.values[0]).name, actor_of(call));
               return no_content();
             }});
}

}  // namespace

void add_user_routes(RouteTable& table, const RouteServices& services) {
  add_schemas(table);
  add_list(table, *services.access);
  add_one(table, *services.access);
}

}  // namespace forecart
