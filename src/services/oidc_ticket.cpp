#include "services/oidc_ticket.h"

#include "services/base64url.h"
#include "services/id_token.h"
#include "services/oidc_error.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <charconv>
#include <utility>

namespace forecart {

namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kLongestTicket = 128;
constexpr const char* kBegin = "begin the sign-in anew, in this browser";

std::int64_t seconds_of(Instant time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

std::string digest(std::string_view bytes) {
  std::array<char, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(hash.data()), &size,
             EVP_sha256(), nullptr);
  return {hash.data(), size};
}

}  // namespace

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
    throw Error(ErrorCode::unavailable, "OpenSSL gives no random numbers; see its configuration");
  }
  return bytes;
}

std::string pkce_challenge(std::string_view verifier) {
  return base64url(digest(verifier));
}

TicketOffice::TicketOffice(std::string key, std::string purpose)
    : key_(std::move(key)), purpose_(std::move(purpose)) {
  if (key_.size() >= kKeyBytes) return;
  throw OidcError(OidcFault::settings, "the key of sign-ins is too short",
                  fmt::format("give {} random bytes or more", kKeyBytes));
}

/// HMAC-SHA256; no label and no purpose has a byte 0, so no two texts are alike.
std::string TicketOffice::derived(std::string_view label, std::string_view text) const {
  std::string message(label);
  message.append(1, '\0').append(purpose_).append(1, '\0').append(text);
  std::array<char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(),
       reinterpret_cast<unsigned char*>(mac.data()), &size);
  return base64url({mac.data(), size});
}

std::string TicketOffice::issue(Instant now) const {
  const std::string text =
      fmt::format("{}.{}", seconds_of(now + kTicketValid), base64url(random_bytes(kKeyBytes)));
  return text + "." + derived("ticket", text);
}

OidcSecrets TicketOffice::secrets(std::string_view ticket, Instant now) const {
  const std::size_t dot = ticket.size() > kLongestTicket ? ticket.npos : ticket.rfind('.');
  const std::string_view text = ticket.substr(0, dot);
  if (dot == ticket.npos || !same_secret(ticket.substr(dot + 1), derived("ticket", text))) {
    throw OidcError(OidcFault::not_begun, "this browser has begun no sign-in here", kBegin);
  }
  std::int64_t expires = 0;  // ours, as the HMAC holds
  std::from_chars(text.data(), text.data() + text.size(), expires);
  if (seconds_of(now) >= expires) {
    throw OidcError(OidcFault::too_late, "the sign-in began more than ten minutes ago", kBegin);
  }
  return {.state = derived("state", text),
          .nonce = derived("nonce", text),
          .verifier = derived("verifier", text)};
}

}  // namespace forecart
