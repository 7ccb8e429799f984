#pragma once

#include <string>
#include <string_view>

namespace forecart {

enum class SecretKind {
  session,      ///< fcs_…, in a cookie
  token,        ///< fct_…, in an Authorization header
  first_admin,  ///< fcf_…, in the link that `serve` prints
};

/// A prefix of the kind, 43 letters and digits (256 bits) and 6 of a checksum, so that what was
/// mistyped or made up is refused without a look at the store, and scanners for lost secrets know
/// it.
std::string make_secret(SecretKind kind);
/// Whether the text has that form; says nothing of whether anybody gave it out.
bool is_secret(SecretKind kind, std::string_view text);
/// As secrets are kept. They are random, so a fast hash does.
std::string secret_hash(std::string_view secret);

/// What a page sends back in a header, to show that it could read more than a cookie: derived from
/// the session's secret, so it holds with this session alone and is kept nowhere.
std::string csrf_token(std::string_view session_secret);
/// Takes the same time for every wrong token.
bool csrf_holds(std::string_view session_secret, std::string_view token);

/// Lower-case hexadecimal digits of so many random bytes.
std::string random_hex(std::size_t bytes);

}  // namespace forecart
