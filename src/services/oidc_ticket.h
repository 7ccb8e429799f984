#pragma once

#include "base/time.h"

#include <chrono>
#include <string>
#include <string_view>

namespace forecart {

/// A sign-in may take so long at the provider.
inline constexpr std::chrono::seconds kTicketValid{600};

/// What belongs to one sign-in, all of it in letters, digits, "-" and "_".
struct OidcSecrets {
  std::string state;     ///< goes to the provider and comes back by the browser
  std::string nonce;     ///< comes back in the ID token
  std::string verifier;  ///< of PKCE; goes to the provider with the code
};

/// Makes tickets: what a browser keeps, as a cookie, from the beginning of a sign-in to its end, so
/// that the server keeps nothing. A ticket is "<expiry>.<256 random bits>.<HMAC-SHA256>"; the
/// secrets are HMACs of it, so that each browser can end only the sign-in it began, and a ticket
/// tells whoever reads it neither nonce nor verifier. Safe for several threads.
class TicketOffice {
 public:
  /// The key is of 32 bytes or more; a ticket holds only with the same `purpose` (provider and
  /// client). Throws OidcError settings for a shorter key.
  TicketOffice(std::string key, std::string purpose);

  std::string issue(Instant now) const;
  /// Throws OidcError not_begun for what is not such a ticket, too_late for one that has expired.
  OidcSecrets secrets(std::string_view ticket, Instant now) const;

 private:
  std::string derived(std::string_view label, std::string_view text) const;

  std::string key_;
  std::string purpose_;
};

/// So many bytes that nobody can guess.
std::string random_bytes(std::size_t count);

/// S256 of RFC 7636, section 4.2.
std::string pkce_challenge(std::string_view verifier);

}  // namespace forecart
