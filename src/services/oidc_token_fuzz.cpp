#include "services/base64url.h"
#include "services/id_token.h"
#include "services/jws.h"
#include "services/oidc_callback.h"
#include "services/oidc_error.h"
#include "services/oidc_metadata.h"
#include "services/oidc_ticket.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace forecart;

/// Whoever reads these gets a value or an OidcError.
template <typename Read>
void check(const Read& read) {
  try {
    read();
  } catch (const OidcError&) {
  }
}

/// Nothing that anybody can make up is signed.
void check_token(const std::string& text) {
  check([&] {
    const Jws token = parse_jws(text);
    const auto keys = parse_jwk_set(token.payload).value_or(std::vector<Jwk>());
    if (check_signature(token, {}) != SignatureCheck::no_key) std::abort();
    check_signature(token, keys);
  });
}

void check_claims(std::string_view text) {
  check([&] {
    const OidcIdentity identity = identity_of(text, {.issuer = "i", .client_id = "c", .nonce = ""});
    if (identity.subject.empty() || identity.subject.size() > 255) std::abort();
  });
}

void check_answers(const std::string& text) {
  check([&] { parse_oidc_metadata(text, "https://i"); });
  check([&] { code_of({{"state", "s"}, {"code", text}, {"error", text}}, {"i", "s"}); });
  check([&] {
    TicketOffice(std::string(32, 'k'), "").secrets(text, {});
    std::abort();  // a ticket that nobody issued
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto bytes = parse_base64url(text);
  if (bytes && base64url(*bytes) != text) std::abort();
  check_token(text);
  check_token(base64url(R"({"alg":"ES256"})") + "." + base64url(text) + "." +
              base64url(std::string(64, '1')));
  check_token(base64url(text) + ".e30.AA");
  check_claims(text);
  check_claims(R"({"iss":"i","aud":"c","nonce":"","exp":9,"iat":0,"sub":)" + text + "}");
  parse_jwk_set(text);
  parse_jwk_set(R"({"keys":[{"kty":"RSA","e":"AQAB","n":)" + text + "}]}");
  check_answers(text);
  return 0;
}
