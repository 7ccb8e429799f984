#include "services/jws.h"

#include "base/ascii.h"
#include "services/base64url.h"
#include "services/oidc_error.h"
#include "services/strict_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {

namespace {

constexpr std::size_t kMostHeaderBytes = 4096;
constexpr std::size_t kLongestKid = 256;

[[noreturn]] void refuse(const char* why) {
  throw OidcError(OidcFault::token_refused, std::string("the provider's ID token ") + why,
                  "sign in again; if it stays so, ask who runs the provider");
}

std::string part(std::string_view text) {
  auto bytes = parse_base64url(text);
  if (!bytes) refuse("is not encoded as RFC 7515 says");
  return std::move(*bytes);
}

/// RFC 7515, section 4.1, as far as we go along.
void read_header(std::string_view text, Jws& token) {
  const auto header = strict_json_object(text, kMostHeaderBytes);
  if (!header) refuse("has no header");
  const auto algorithm = jws_algorithm(text_member(*header, "alg").value_or(""));
  if (!algorithm) refuse("is not signed by RS256, PS256 or ES256");
  if (header->contains("crit")) refuse("asks for an extension that is unknown here");
  const bool is_plain =
      !header->contains("typ") || ascii_lower(text_member(*header, "typ").value_or("")) == "jwt";
  if (!is_plain) refuse("is another kind of token");
  if (header->contains("kid") && !header->at("kid").is_string()) refuse("names no key");
  token.algorithm = *algorithm;
  token.kid = text_member(*header, "kid").value_or("");
  if (token.kid.size() > kLongestKid) refuse("names no key");
}

}  // namespace

Jws parse_jws(std::string_view text) {
  if (text.size() > kMostTokenBytes) refuse("is too large");
  if (std::count(text.begin(), text.end(), '.') != 2) refuse("has not three parts");
  const std::size_t first = text.find('.');
  const std::size_t second = text.rfind('.');
  Jws token{.payload = part(text.substr(first + 1, second - first - 1)),
            .signature = part(text.substr(second + 1)),
            .signed_bytes = text.substr(0, second)};
  read_header(part(text.substr(0, first)), token);
  return token;
}

SignatureCheck check_signature(const Jws& token, const std::vector<Jwk>& keys) {
  std::vector<const Jwk*> meant;
  for (const Jwk& key : keys) {
    const bool named = token.kid.empty() || key.kid == token.kid;
    if (named && key.fits(token.algorithm)) meant.push_back(&key);
  }
  if (meant.size() != 1) return SignatureCheck::no_key;
  const bool good =
      has_signed(*meant.front(), token.algorithm, token.signed_bytes, token.signature);
  return good ? SignatureCheck::good : SignatureCheck::wrong;
}

}  // namespace forecart
