#include "access/secret.h"

#include "base/hash.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace forecart {

namespace {

constexpr std::string_view kDigits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t kRandomDigits = 43;  ///< 62^43 > 2^256
constexpr std::size_t kCheckDigits = 6;    ///< 62^6 > 2^32
constexpr std::string_view kCsrfLabel = "forecart csrf";

std::string_view prefix_of(SecretKind kind) {
  switch (kind) {
    case SecretKind::session:
      return "fcs_";
    case SecretKind::token:
      return "fct_";
    case SecretKind::first_admin:
      return "fcf_";
  }
  return "";
}

/// Of what comes before it.
std::string checksum(std::string_view text) {
  auto number = static_cast<std::uint32_t>(std::stoul(sha256(text).substr(0, 8), nullptr, 16));
  std::string digits;
  for (std::size_t i = 0; i < kCheckDigits; ++i) {
    digits += kDigits[number % kDigits.size()];
    number /= static_cast<std::uint32_t>(kDigits.size());
  }
  return digits;
}

/// Every program that draws from libsodium calls this first; calls after the first cost nothing.
void start_sodium() {
  static const int started = sodium_init();
  static_cast<void>(started);
}

bool is_digit(char c) {
  return kDigits.find(c) != std::string_view::npos;
}

}  // namespace

std::string make_secret(SecretKind kind) {
  start_sodium();
  std::string text(prefix_of(kind));
  for (std::size_t i = 0; i < kRandomDigits; ++i) {
    text += kDigits[randombytes_uniform(static_cast<std::uint32_t>(kDigits.size()))];
  }
  return text + checksum(text);
}

bool is_secret(SecretKind kind, std::string_view text) {
  const std::string_view prefix = prefix_of(kind);
  if (text.size() != prefix.size() + kRandomDigits + kCheckDigits) return false;
  const std::string_view digits = text.substr(prefix.size());
  if (!text.starts_with(prefix) || !std::all_of(digits.begin(), digits.end(), is_digit)) {
    return false;
  }
  const std::size_t checked = text.size() - kCheckDigits;
  return checksum(text.substr(0, checked)) == text.substr(checked);
}

std::string secret_hash(std::string_view secret) {
  return sha256(secret);
}

std::string csrf_token(std::string_view session_secret) {
  start_sodium();
  std::array<unsigned char, crypto_generichash_BYTES> tag{};
  crypto_generichash(tag.data(), tag.size(),
                     reinterpret_cast<const unsigned char*>(kCsrfLabel.data()), kCsrfLabel.size(),
                     reinterpret_cast<const unsigned char*>(session_secret.data()),
                     std::min<std::size_t>(session_secret.size(), crypto_generichash_KEYBYTES_MAX));
  std::string text;
  for (const unsigned char byte : tag) text += fmt::format("{:02x}", byte);
  return text;
}

bool csrf_holds(std::string_view session_secret, std::string_view token) {
  const std::string expected = csrf_token(session_secret);
  return token.size() == expected.size() &&
         sodium_memcmp(token.data(), expected.data(), expected.size()) == 0;
}

std::string random_hex(std::size_t bytes) {
  start_sodium();
  std::vector<unsigned char> drawn(bytes);
  randombytes_buf(drawn.data(), drawn.size());
  std::string text;
  for (const unsigned char byte : drawn) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace forecart
