#include "server/forbidden.h"
#include "server/json_body.h"
#include "server/routes.h"

#include "access/secret.h"
#include <nlohmann/json.hpp>

#include <chrono>

namespace forecart {

namespace {

using nlohmann::json;

constexpr const char* kAtProvider = "sign in at the provider: GET /api/v1/session/oidc";
constexpr const char* kFirstAdminRemedy =
    "make the first admin on the server: forecart user add NAME --role admin --no-password "
    "--issuer URL --subject SUBJECT";

constexpr const char* kSessionSchema = R"({
  "user": {"type": "string"},
  "role": {"enum": ["viewer", "analyst", "admin"]},
  "datasets": {"type": "array", "items": {"type": "string"}},
  "how": {"enum": ["session", "token"]},
  "has_password": {"type": "boolean"},
  "issuer": {"type": ["string", "null"]},
  "csrf_token": {"type": "string"}})";

json session_json(const Principal& principal, const std::string& csrf) {
  const User& user = principal.user();
  json told{{"user", user.name},
            {"role", to_string(principal.role())},
            {"datasets", user.grants},
            {"how", principal.how() == Principal::How::session ? "session" : "token"},
            {"has_password", !user.password_hash.empty()},
            {"issuer", user.subject ? json(user.subject->issuer) : json(nullptr)}};
  if (!csrf.empty()) told["csrf_token"] = csrf;
  return told;
}

Caller caller_of(const RouteServices& services, const Call& call) {
  const std::string name = call.who.session;
  return {.address = services.guard->address_of(call.request), .session = name};
}

/// What a browser gets that signs in, or why it does not.
Answer signed_in(const RouteServices& services, const Call& call, const SignIn& outcome) {
  if (outcome.outcome == SignIn::Outcome::locked) {
    Answer answer =
        error_answer(429, "too_many_requests", "too many attempts failed", "wait, and try again");
    answer.headers.emplace_back("retry-after", std::to_string(outcome.retry.count()));
    return answer;
  }
  if (outcome.outcome != SignIn::Outcome::granted) {
    return error_answer(401, "unauthenticated", "name or password are not right",
                        "try again, or ask an admin: forecart user password");
  }
  Answer answer = json_answer(session_json(*outcome.principal, outcome.session->csrf));
  answer.secret = true;
  const auto valid =
      std::chrono::duration_cast<std::chrono::seconds>(outcome.session->expires - system_now());
  answer.headers.emplace_back("set-cookie",
                              services.guard->cookie(call.request, outcome.session->secret, valid));
  return answer;
}

/// Where people sign in at the provider alone (`--no-password-sign-in`).
void require_passwords(const RouteServices& services, const std::string& remedy) {
  if (services.password_sign_in) return;
  throw Forbidden("signing in by password is switched off here", remedy);
}

Answer sign_in(const RouteServices& services, const Call& call) {
  require_passwords(services, kAtProvider);
  const JsonBody body(call, {"name", "password"});
  return signed_in(services, call,
                   services.access->sign_in(body.text("name"), body.text("password"),
                                            caller_of(services, call)));
}

Answer sign_out(const RouteServices& services, const Call& call) {
  if (!call.who.session.empty()) {
    services.access->sign_out(call.who.session, actor_of(*call.who.principal, call.who.address));
  }
  Answer answer = no_content();
  answer.headers.emplace_back("set-cookie", services.guard->ended_cookie(call.request));
  answer.headers.emplace_back("clear-site-data", "\"cache\", \"storage\"");
  return answer;
}

Answer show_session(const Call& call) {
  const std::string csrf = call.who.session.empty() ? "" : csrf_token(call.who.session);
  Answer answer = json_answer(session_json(*call.who.principal, csrf));
  answer.secret = true;
  return answer;
}

Answer change_password(const RouteServices& services, const Call& call) {
  if (call.who.session.empty()) {
    return error_answer(403, "forbidden", "a token may not change a password",
                        "sign in with the password");
  }
  require_passwords(services, kAtProvider);
  const JsonBody body(call, {"old_password", "new_password"});
  return signed_in(
      services, call,
      services.access->change_password(*call.who.principal, body.text("old_password"),
                                       body.text("new_password"), caller_of(services, call)));
}

Answer become_first_admin(const RouteServices& services, const Call& call) {
  require_passwords(services, kFirstAdminRemedy);
  const JsonBody body(call, {"secret", "name", "password"});
  return signed_in(
      services, call,
      services.access->redeem_first_admin(body.text("secret"), body.text("name"),
                                          body.text("password"), caller_of(services, call)));
}

}  // namespace

void add_session_routes(RouteTable& table, const RouteServices& services) {
  table.add_schema("Session", object_schema(kSessionSchema, {"csrf_token"}));
  table.add_schema("SignIn", object_schema(R"({
    "name": {"type": "string", "minLength": 1, "maxLength": 64},
    "password": {"type": "string", "minLength": 1, "maxLength": 512}})"));
  table.add_schema("PasswordChange", object_schema(R"({
    "old_password": {"type": "string", "maxLength": 512},
    "new_password": {"type": "string", "minLength": 12, "maxLength": 512}})"));
  table.add_schema("FirstAdmin", object_schema(R"({
    "secret": {"type": "string", "maxLength": 100},
    "name": {"type": "string", "minLength": 1, "maxLength": 64},
    "password": {"type": "string", "minLength": 12, "maxLength": 512}})"));
  table.add({.method = "POST",
             .pattern = "/api/v1/session",
             .summary = "Signs in: the answer sets the cookie of the session.",
             .body = BodyPlace::memory,
             .most_bytes = kMostJsonBytes,
             .body_schema = "SignIn",
             .answer_schema = "Session",
             .lane = Lane::password,
             .handle = [services](const Call& call) { return sign_in(services, call); }});
  table.add({.method = "GET",
             .pattern = "/api/v1/session",
             .summary = "Who asks, and the token that changes by this session must show.",
             .clearance = Clearance::signed_in,
             .answer_schema = "Session",
             .instant = true,
             .handle = show_session});
  table.add({.method = "DELETE",
             .pattern = "/api/v1/session",
             .summary = "Signs out.",
             .clearance = Clearance::signed_in,
             .status = 204,
             .handle = [services](const Call& call) { return sign_out(services, call); }});
  table.add({.method = "POST",
             .pattern = "/api/v1/session/password",
             .summary = "Changes one's own password; all other sessions end.",
             .clearance = Clearance::signed_in,
             .body = BodyPlace::memory,
             .most_bytes = kMostJsonBytes,
             .body_schema = "PasswordChange",
             .answer_schema = "Session",
             .lane = Lane::password,
             .handle = [services](const Call& call) { return change_password(services, call); }});
  table.add(
      {.method = "POST",
       .pattern = "/api/v1/first-admin",
       .summary = "Makes the first admin, by the link that serve printed.",
       .body = BodyPlace::memory,
       .most_bytes = kMostJsonBytes,
       .body_schema = "FirstAdmin",
       .answer_schema = "Session",
       .lane = Lane::password,
       .handle = [services](const Call& call) { return become_first_admin(services, call); }});
}

}  // namespace forecart
