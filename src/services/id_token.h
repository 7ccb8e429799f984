#pragma once

#include "base/time.h"

#include <string>
#include <string_view>

namespace forecart {

/// Somebody whom a provider knows. Issuer and subject together say who it is, for ever; nothing
/// else does.
struct OidcIdentity {
  std::string issuer;
  std::string subject;
  /// To show, never to decide by: the provider's users may choose them. "" where not given;
  /// printable, 128 bytes at most. The address only where the provider says that it was verified.
  std::string name;
  std::string email;
};

/// What a token must say.
struct ExpectedToken {
  std::string issuer;
  std::string client_id;
  std::string nonce;
  Instant now = {};
};

/// The clocks of provider and server may differ by so much.
inline constexpr std::chrono::seconds kTokenSkew{60};

/// The claims of an ID token whose signature is good, checked as OpenID Connect Core, section
/// 3.1.3.7, says: iss, aud, azp, exp, iat, nbf, nonce, and sub of 1 to 255 ASCII characters. Throws
/// OidcError token_refused, with the name of the claim and not its value.
OidcIdentity identity_of(std::string_view claims, const ExpectedToken& expected);

/// Takes the same time wherever they differ.
bool same_secret(std::string_view one, std::string_view other);

}  // namespace forecart
