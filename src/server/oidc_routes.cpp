#include "server/json_body.h"
#include "server/routes.h"
#include "services/oidc.h"
#include "services/oidc_error.h"
#include "services/oidc_ticket.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>

namespace forecart {

namespace {

/// Over TLS its prefix keeps hosts of the same domain from setting it, and asks for the path "/".
constexpr const char* kSecureTicket = "__Host-forecart-oidc";
constexpr const char* kPlainTicket = "forecart-oidc";
constexpr const char* kRoom = "/api/v1/session/oidc";

bool is_encrypted(const RouteServices& services, const Call& call) {
  return services.guard->origin_of(call.request).starts_with("https://");
}

/// The ticket comes back with the provider's redirect, which a stricter cookie would not.
std::string ticket_cookie(const RouteServices& services, const Call& call,
                          const std::string& ticket, std::chrono::seconds valid) {
  const bool encrypted = is_encrypted(services, call);
  return fmt::format("{}={}; Path={}; Max-Age={}; HttpOnly; SameSite=Lax{}",
                     encrypted ? kSecureTicket : kPlainTicket, ticket, encrypted ? "/" : kRoom,
                     valid.count(), encrypted ? "; Secure" : "");
}

Answer redirect(const std::string& url) {
  return {.status = 302, .type = "", .headers = {{"location", url}}};
}

/// The page says the rest: what stands behind "#" is one of the codes that it knows.
Answer failed(const std::string& code) {
  return redirect("/#error=" + code);
}

/// What `make` answers, or where it failed the way back to the page.
template <class Make>
Answer or_failed(const Make& make) {
  try {
    return make();
  } catch (const OidcError& error) {
    return failed(to_string(error.fault()));
  } catch (const Error& error) {
    return failed(error.code() == ErrorCode::unavailable ? "unavailable" : "internal");
  }
}

Answer begin(const RouteServices& services, const Call& call) {
  return or_failed([&] {
    const OidcBeginning begun = services.oidc->begin();
    Answer answer = redirect(begun.url);
    answer.headers.emplace_back("set-cookie",
                                ticket_cookie(services, call, begun.ticket, kTicketValid));
    return answer;
  });
}

/// Back to the page, signed in. The cookie of the session is strict and so does not go with the
/// redirect itself, but with what the page asks for.
Answer finished(const RouteServices& services, const Call& call) {
  const char* const cookie = is_encrypted(services, call) ? kSecureTicket : kPlainTicket;
  const OidcIdentity who = services.oidc->finish(call.query, cookie_value(call.request, cookie));
  const SignIn outcome = services.access->sign_in(
      Subject{who.issuer, who.subject}, {.address = call.who.address, .session = call.who.session});
  if (outcome.outcome == SignIn::Outcome::disabled) return failed("disabled");
  if (outcome.outcome != SignIn::Outcome::granted) return failed("no_user");
  Answer answer = redirect("/");
  const auto valid =
      std::chrono::duration_cast<std::chrono::seconds>(outcome.session->expires - system_now());
  answer.headers.emplace_back("set-cookie",
                              services.guard->cookie(call.request, outcome.session->secret, valid));
  return answer;
}

Answer finish(const RouteServices& services, const Call& call) {
  Answer answer = or_failed([&] { return finished(services, call); });
  answer.headers.emplace_back("set-cookie",
                              ticket_cookie(services, call, "", std::chrono::seconds(0)));
  return answer;
}

}  // namespace

void add_oidc_routes(RouteTable& table, const RouteServices& services) {
  const bool has_provider = services.oidc != nullptr;
  table.add_schema("SignInWays", object_schema(R"({"password": {"type": "boolean"},
    "oidc": {"type": "boolean"}})"));
  table.add({.method = "GET",
             .pattern = "/api/v1/session/ways",
             .summary = "How one may sign in.",
             .answer_schema = "SignInWays",
             .instant = true,
             .handle = [has_provider, password = services.password_sign_in](const Call&) {
               return json_answer({{"password", password}, {"oidc", has_provider}});
             }});
  if (!has_provider) return;
  table.add(
      {.method = "GET",
       .pattern = kRoom,
       .summary =
           "Goes to the OpenID provider, to sign in there; where that fails back to the page, as "
           "/#error=CODE.",
       .status = 302,
       .lane = Lane::outside,
       .handle = [services](const Call& call) { return begin(services, call); }});
  table.add(
      {.method = "GET",
       .pattern = std::string(kRoom) + "/callback",
       .summary =
           "Comes back from the OpenID provider; where that fails to the page, as /#error=CODE.",
       .any_query = true,
       .status = 302,
       .lane = Lane::outside,
       .handle = [services](const Call& call) { return finish(services, call); }});
}

}  // namespace forecart
