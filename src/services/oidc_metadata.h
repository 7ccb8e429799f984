#pragma once

#include "services/jwk_set.h"

#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// What a provider says of itself (OpenID Connect Discovery 1.0, section 3), as far as we need it.
/// All addresses are of https where the issuer's is, else of this host.
struct OidcMetadata {
  std::string authorization_endpoint;
  std::string token_endpoint;
  std::string jwks_uri;
  std::vector<JwsAlgorithm> algorithms;  ///< of ours, at least one
  bool secret_in_body = false;           ///< client_secret_post, where it knows nothing better
  bool names_itself = false;             ///< in answers through the browser (RFC 9207)
};

inline constexpr std::size_t kMostMetadataBytes = std::size_t{256} << 10;

/// Throws OidcError provider_wrong where the text is none, is that of another issuer, or asks for
/// what we do not do: no code flow, no S256, no way of ours to show a secret or to sign.
OidcMetadata parse_oidc_metadata(std::string_view text, const std::string& issuer);

}  // namespace forecart
