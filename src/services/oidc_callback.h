#pragma once

#include "net/uri.h"

#include <string>

namespace forecart {

/// What must hold of an answer through the browser.
struct ExpectedCallback {
  std::string issuer;
  std::string state;
  bool names_issuer = false;  ///< the provider always says `iss` (RFC 9207)
};

/// The code of the answer. Throws OidcError not_begun where its state is not that of the browser's
/// ticket, denied where it is an error, provider_wrong for another issuer, for a parameter given
/// twice, and where there is no code of 1 to 2,048 characters. Repeats nothing of it but an error's
/// name that is registered.
std::string code_of(const NamedValues& query, const ExpectedCallback& expected);

/// Of an error of RFC 6749, RFC 8628 or OpenID Connect, its name; "an error" for any other.
std::string known_error(const std::string& name);

}  // namespace forecart
