#include "services/oidc_metadata.h"

#include "services/oidc_error.h"
#include "services/oidc_settings.h"
#include "services/strict_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {

namespace {

using nlohmann::json;

[[noreturn]] void refuse(const std::string& what, const std::string& remedy) {
  throw OidcError(OidcFault::provider_wrong, what, remedy);
}

/// Whether a list has the word; `otherwise` where there is no such list.
bool offers(const json& metadata, const char* list, const char* word, bool otherwise) {
  const auto found = metadata.find(list);
  if (found == metadata.end()) return otherwise;
  return found->is_array() && std::find(found->begin(), found->end(), word) != found->end();
}

std::string endpoint(const json& metadata, const char* name, bool encrypted) {
  const auto text = text_member(metadata, name);
  const auto url = text ? safe_url(*text) : std::nullopt;
  if (!url || (encrypted && url->scheme != "https")) {
    refuse(fmt::format("the provider's description has no safe address as {}", name),
           "see that the issuer is the provider's; its addresses have to be of https");
  }
  return *text;
}

std::vector<JwsAlgorithm> algorithms_of(const json& metadata) {
  std::vector<JwsAlgorithm> ours;
  for (const char* name : {"RS256", "PS256", "ES256"}) {
    if (offers(metadata, "id_token_signing_alg_values_supported", name, false)) {
      ours.push_back(*jws_algorithm(name));
    }
  }
  if (ours.empty()) {
    refuse("the provider signs ID tokens by none of RS256, PS256 and ES256",
           "have one of these set for this client");
  }
  return ours;
}

/// OpenID Connect Core, section 9.
bool must_put_secret_in_body(const json& metadata) {
  constexpr const char* kMethods = "token_endpoint_auth_methods_supported";
  if (offers(metadata, kMethods, "client_secret_basic", true)) return false;
  if (offers(metadata, kMethods, "client_secret_post", false)) return true;
  refuse("the provider takes no client secret",
         "allow client_secret_basic or client_secret_post there");
}

void check_flow(const json& metadata) {
  if (!offers(metadata, "response_types_supported", "code", false)) {
    refuse("the provider has no authorization code flow", "allow response type 'code' there");
  }
  if (!offers(metadata, "code_challenge_methods_supported", "S256", true)) {
    refuse("the provider has no PKCE by S256", "allow it there");
  }
}

}  // namespace

OidcMetadata parse_oidc_metadata(std::string_view text, const std::string& issuer) {
  const auto metadata = strict_json_object(text, kMostMetadataBytes);
  if (!metadata) {
    refuse("the provider's description is no JSON object of 256 KiB at most",
           "see that the issuer is the address of a provider of OpenID Connect");
  }
  if (text_member(*metadata, "issuer") != issuer) {
    refuse("the provider calls itself by another address than the issuer set up here",
           "set up the issuer as it stands in its /.well-known/openid-configuration, to the last "
           "slash");
  }
  check_flow(*metadata);
  const bool encrypted = issuer.starts_with("https:");
  const auto named = metadata->find("authorization_response_iss_parameter_supported");
  return {.authorization_endpoint = endpoint(*metadata, "authorization_endpoint", encrypted),
          .token_endpoint = endpoint(*metadata, "token_endpoint", encrypted),
          .jwks_uri = endpoint(*metadata, "jwks_uri", encrypted),
          .algorithms = algorithms_of(*metadata),
          .secret_in_body = must_put_secret_in_body(*metadata),
          .names_itself = named != metadata->end() && *named == true};
}

}  // namespace forecart
