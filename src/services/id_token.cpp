#include "services/id_token.h"

#include "services/jws.h"
#include "services/oidc_error.h"
#include "services/strict_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/crypto.h>

#include <algorithm>
#include <optional>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::size_t kLongestSubject = 255;  // OpenID Connect Core, section 2
constexpr std::size_t kLongestShown = 128;
constexpr double kLastSecond = 253402300799;  // of the year 9999

[[noreturn]] void refuse(const char* claim, const char* remedy) {
  throw OidcError(OidcFault::token_refused,
                  fmt::format("the claim '{}' of the provider's ID token is not right", claim),
                  remedy);
}

constexpr const char* kAgain = "sign in again; if it stays so, ask who runs the provider";
constexpr const char* kClocks =
    "sign in again; if it stays so, compare the clocks of this server and the provider";
constexpr const char* kClient =
    "see that the issuer and the client id set up here are those of the provider";

/// Seconds since 1970 (NumericDate of RFC 7519, which may have a fraction).
std::optional<double> time_member(const json& claims, const char* name) {
  const auto found = claims.find(name);
  if (found == claims.end()) return std::nullopt;
  if (!found->is_number()) refuse(name, kAgain);
  const double seconds = found->get<double>();
  if (!(seconds >= 0 && seconds <= kLastSecond)) refuse(name, kAgain);
  return seconds;
}

double seconds_of(Instant time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

void check_times(const json& claims, Instant now) {
  const double skew = std::chrono::duration<double>(kTokenSkew).count();
  const double clock = seconds_of(now);
  const auto expires = time_member(claims, "exp");
  const auto issued = time_member(claims, "iat");
  if (!expires || clock >= *expires + skew) refuse("exp", kClocks);
  if (!issued || *issued > clock + skew) refuse("iat", kClocks);
  if (time_member(claims, "nbf").value_or(0) > clock + skew) refuse("nbf", kClocks);
}

/// For us, and where for others too, made for us.
void check_audience(const json& claims, const std::string& client_id) {
  const auto found = claims.find("aud");
  if (found == claims.end()) refuse("aud", kClient);
  const json all = found->is_array() ? *found : json::array({*found});
  const auto is_text = [](const json& one) { return one.is_string(); };
  if (!std::all_of(all.begin(), all.end(), is_text)) refuse("aud", kClient);
  const auto ours = std::count(all.begin(), all.end(), client_id);
  if (ours == 0) refuse("aud", kClient);
  const bool is_shared = static_cast<std::size_t>(ours) != all.size();
  if ((is_shared || claims.contains("azp")) && text_member(claims, "azp") != client_id) {
    refuse("azp", kClient);
  }
}

std::string subject_of(const json& claims) {
  auto subject = text_member(claims, "sub").value_or("");
  const bool plain =
      std::all_of(subject.begin(), subject.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (subject.empty() || subject.size() > kLongestSubject || !plain) refuse("sub", kAgain);
  return subject;
}

/// Without control characters, and cut where a character of UTF-8 ends.
std::string to_show(std::string text) {
  std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
  if (text.size() <= kLongestShown) return text;
  std::size_t end = kLongestShown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

std::string name_of(const json& claims) {
  const auto preferred = text_member(claims, "preferred_username");
  return to_show(preferred ? *preferred : text_member(claims, "name").value_or(""));
}

std::string email_of(const json& claims) {
  const auto verified = claims.find("email_verified");
  if (verified == claims.end() || *verified != true) return "";
  return to_show(text_member(claims, "email").value_or(""));
}

}  // namespace

OidcIdentity identity_of(std::string_view text, const ExpectedToken& expected) {
  const auto claims = strict_json_object(text, kMostTokenBytes);
  if (!claims) {
    throw OidcError(OidcFault::token_refused, "the provider's ID token holds no claims", kAgain);
  }
  if (text_member(*claims, "iss") != expected.issuer) refuse("iss", kClient);
  check_audience(*claims, expected.client_id);
  check_times(*claims, expected.now);
  if (!same_secret(text_member(*claims, "nonce").value_or(""), expected.nonce)) {
    refuse("nonce", kAgain);
  }
  return {.issuer = expected.issuer,
          .subject = subject_of(*claims),
          .name = name_of(*claims),
          .email = email_of(*claims)};
}

bool same_secret(std::string_view one, std::string_view other) {
  return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace forecart
