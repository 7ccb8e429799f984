#include "services/oidc.h"

#include "services/jws.h"
#include "services/oidc_callback.h"
#include "services/strict_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include <algorithm>
#include <utility>

namespace forecart {

namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kMostAnswerBytes = std::size_t{256} << 10;
constexpr int kTooMany = 429;
constexpr const char* kAgain = "sign in again; if it stays so, ask who runs the provider";

const OidcSettings& checked(const OidcSettings& settings) {
  check_settings(settings);
  return settings;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string base64(const std::string& text) {
  std::string encoded((text.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  encoded.resize(static_cast<std::size_t>(size));
  return encoded;
}

/// RFC 6749, section 2.3.1: id and secret are encoded as in a form.
std::string basic(const OidcSettings& settings) {
  return "Basic " +
         base64(uri_encode(settings.client_id) + ":" + uri_encode(settings.client_secret));
}

/// RFC 6749, section 5.2.
[[noreturn]] void refuse_exchange(const HttpResponse& response) {
  const auto answer = strict_json_object(response.body, kMostAnswerBytes);
  const std::string error = answer ? text_member(*answer, "error").value_or("") : "";
  if (error == "invalid_grant") {
    throw OidcError(OidcFault::code_refused, "the provider does not take its code any more",
                    "begin the sign-in anew, and do not load its last page again");
  }
  if (error == "invalid_client" || error == "unauthorized_client" || response.status == 401) {
    throw OidcError(OidcFault::client_refused,
                    "the provider does not take this server's client id or secret",
                    "whoever runs this server has to see that both are those of the provider");
  }
  throw OidcError(OidcFault::provider_wrong,
                  fmt::format("the provider gave no ID token: answer {}, {}", response.status,
                              known_error(error)),
                  kAgain);
}

std::string id_token_in(const HttpResponse& response) {
  const bool later = response.status >= 500 || response.status == kTooMany;
  if (!response.complete() || later) {
    const std::string came = later ? fmt::format("answer {}", response.status) : response.failure;
    throw OidcError(OidcFault::provider_away, "the provider gave no ID token: " + came,
                    "begin the sign-in anew, soon");
  }
  if (!response.ok()) refuse_exchange(response);
  const auto answer = strict_json_object(response.body, kMostAnswerBytes);
  auto token = answer ? text_member(*answer, "id_token") : std::nullopt;
  if (token) return std::move(*token);
  throw OidcError(OidcFault::provider_wrong, "the provider's answer holds no ID token",
                  "see that it knows this server as a client of OpenID Connect");
}

/// Whether newer keys of the provider may be those that signed it.
bool may_be_of_a_newer_key(SignatureCheck check, const Jws& token) {
  return check == SignatureCheck::no_key || (check == SignatureCheck::wrong && token.kid.empty());
}

}  // namespace

Oidc::Oidc(const OidcSettings& settings, OidcOptions options)
    : settings_(checked(settings)),
      clock_(options.clock),
      office_(options.ticket_key.empty() ? random_bytes(kKeyBytes) : options.ticket_key,
              settings.issuer + " " + settings.client_id),
      provider_(settings.issuer, std::move(options.http), std::move(options.clock),
                std::move(options.stop)) {}

OidcBeginning Oidc::begin() {
  const auto metadata = provider_.metadata();
  std::string ticket = office_.issue(clock_());
  const OidcSecrets secrets = office_.secrets(ticket, clock_());
  const std::string& address = metadata->authorization_endpoint;
  const std::string query = encode_query({{"client_id", settings_.client_id},
                                          {"code_challenge", pkce_challenge(secrets.verifier)},
                                          {"code_challenge_method", "S256"},
                                          {"nonce", secrets.nonce},
                                          {"redirect_uri", settings_.redirect_url},
                                          {"response_type", "code"},
                                          {"scope", joined(settings_.scopes)},
                                          {"state", secrets.state}});
  const char* const join = address.find('?') == std::string::npos ? "?" : "&";
  return {.url = address + join + query, .ticket = std::move(ticket)};
}

OidcIdentity Oidc::finish(const NamedValues& query, std::string_view ticket) {
  const OidcSecrets secrets = office_.secrets(ticket, clock_());
  const auto metadata = provider_.metadata();
  const std::string code = code_of(
      query,
      {.issuer = settings_.issuer, .state = secrets.state, .names_issuer = metadata->names_itself});
  if (!used_.use(ticket, clock_())) {
    throw OidcError(OidcFault::code_refused, "this sign-in has been used already",
                    "begin the sign-in anew, and do not load its last page again");
  }
  const std::string token = id_token_for(code, secrets.verifier);
  return identity_of(claims_of(token, *metadata), {.issuer = settings_.issuer,
                                                   .client_id = settings_.client_id,
                                                   .nonce = secrets.nonce,
                                                   .now = clock_()});
}

/// RFC 6749, section 4.1.3, and RFC 7636, section 4.5.
std::string Oidc::id_token_for(const std::string& code, const std::string& verifier) {
  const auto metadata = provider_.metadata();
  NamedValues form = {{"grant_type", "authorization_code"},
                      {"code", code},
                      {"redirect_uri", settings_.redirect_url},
                      {"code_verifier", verifier}};
  NamedValues headers;
  if (metadata->secret_in_body) {
    form.emplace_back("client_id", settings_.client_id);
    form.emplace_back("client_secret", settings_.client_secret);
  } else {
    headers.emplace_back("authorization", basic(settings_));
  }
  return id_token_in(provider_.post_form(metadata->token_endpoint, encode_query(form), headers));
}

/// Once the signature is known to be good.
std::string Oidc::claims_of(std::string_view token, const OidcMetadata& metadata) {
  Jws parsed = parse_jws(token);
  const auto& known = metadata.algorithms;
  if (std::find(known.begin(), known.end(), parsed.algorithm) == known.end()) {
    throw OidcError(OidcFault::token_refused,
                    "the ID token is signed by an algorithm that the provider does not name",
                    kAgain);
  }
  SignatureCheck check = check_signature(parsed, *provider_.keys());
  if (may_be_of_a_newer_key(check, parsed)) {
    check = check_signature(parsed, *provider_.newer_keys());
  }
  if (check != SignatureCheck::good) {
    throw OidcError(OidcFault::token_refused,
                    check == SignatureCheck::no_key
                        ? "the ID token is signed by a key that the provider does not show"
                        : "the signature of the ID token is not right",
                    kAgain);
  }
  return std::move(parsed.payload);
}

}  // namespace forecart
