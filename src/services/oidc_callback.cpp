#include "services/oidc_callback.h"

#include "services/id_token.h"
#include "services/oidc_error.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace forecart {

namespace {

constexpr std::size_t kLongestCode = 2048;
constexpr const char* kAnew = "begin the sign-in anew";

using Parameters = std::map<std::string, std::string, std::less<>>;

/// RFC 6749, section 3.1: none may be there twice.
Parameters parameters_of(const NamedValues& query) {
  Parameters parameters;
  for (const auto& [name, value] : query) {
    if (parameters.emplace(name, value).second) continue;
    throw OidcError(OidcFault::provider_wrong, "the provider's answer says something twice", kAnew);
  }
  return parameters;
}

std::string value_of(const Parameters& parameters, std::string_view name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? "" : found->second;
}

void check_issuer(const Parameters& parameters, const ExpectedCallback& expected) {
  const bool named = parameters.contains("iss");
  if (!named && !expected.names_issuer) return;
  if (named && value_of(parameters, "iss") == expected.issuer) return;
  throw OidcError(OidcFault::provider_wrong,
                  "the answer is not that of the provider which was asked", kAnew);
}

void check_error(const Parameters& parameters) {
  if (!parameters.contains("error")) return;
  const std::string name = value_of(parameters, "error");
  if (name == "server_error" || name == "temporarily_unavailable") {
    throw OidcError(OidcFault::provider_away, "the provider cannot sign in at present: " + name,
                    "try again soon");
  }
  throw OidcError(OidcFault::denied, "the provider signed nobody in: " + known_error(name),
                  "try again, or ask who runs the provider whether this user may use this server");
}

}  // namespace

std::string code_of(const NamedValues& query, const ExpectedCallback& expected) {
  const Parameters parameters = parameters_of(query);
  if (!same_secret(value_of(parameters, "state"), expected.state)) {
    throw OidcError(OidcFault::not_begun,
                    "the answer is not to the sign-in that this browser began",
                    "begin the sign-in anew, in this browser and one window");
  }
  check_issuer(parameters, expected);
  check_error(parameters);
  std::string code = value_of(parameters, "code");
  if (code.empty() || code.size() > kLongestCode) {
    throw OidcError(OidcFault::provider_wrong, "the provider's answer has no code", kAnew);
  }
  return code;
}

std::string known_error(const std::string& name) {
  constexpr std::array<std::string_view, 20> kKnown = {
      "access_denied",          "account_selection_required",
      "consent_required",       "interaction_required",
      "invalid_client",         "invalid_grant",
      "invalid_request",        "invalid_request_object",
      "invalid_request_uri",    "invalid_scope",
      "login_required",         "registration_not_supported",
      "request_not_supported",  "request_uri_not_supported",
      "server_error",           "temporarily_unavailable",
      "unauthorized_client",    "unmet_authentication_requirements",
      "unsupported_grant_type", "unsupported_response_type",
  };
  return std::find(kKnown.begin(), kKnown.end(), name) == kKnown.end() ? "an error" : name;
}

}  // namespace forecart
