#include "server/access_token.h"

#include "base/ascii.h"
#include "base/error.h"
#include "base/hash.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>

namespace forecart {

namespace {

std::optional<std::uint32_t> base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return std::nullopt;
}

/// What follows the scheme, in letters of any case, and blanks; nothing where it is another one.
std::optional<std::string_view> after_scheme(std::string_view header, std::string_view scheme) {
  if (header.size() <= scheme.size() || header[scheme.size()] != ' ') return std::nullopt;
  if (!equal_ignoring_case(header.substr(0, scheme.size()), scheme)) return std::nullopt;
  const std::size_t at = header.find_first_not_of(' ', scheme.size());
  return at == std::string_view::npos ? std::string_view() : header.substr(at);
}

std::string first_line(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line;
  if (!in || !std::getline(in, line)) {
    throw Error(ErrorCode::unreadable,
                fmt::format("token file '{}' cannot be read or is empty; it holds one line, made "
                            "e.g. by: openssl rand -hex 32",
                            file.string()));
  }
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
  return line;
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  std::string bytes;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const auto digit = base64_digit(c);
    if (!digit) return std::nullopt;
    bits = bits << 6U | *digit;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>(bits >> held & 0xffU);
  }
  return bytes;
}

AccessToken::AccessToken(std::string_view secret) : hash_(sha256(secret)) {
  if (secret.size() < kLeastTokenBytes) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("the token has {} characters; use {} at least, made e.g. by: openssl "
                            "rand -hex 32",
                            secret.size(), kLeastTokenBytes));
  }
}

std::optional<AccessToken> AccessToken::from(const std::filesystem::path& file) {
  if (!file.empty()) return AccessToken(first_line(file));
  const char* const given = std::getenv("FORECART_TOKEN");
  if (given == nullptr || *given == '\0') return std::nullopt;
  return AccessToken(given);
}

bool AccessToken::is(std::string_view candidate) const {
  const std::string hash = sha256(candidate);
  return CRYPTO_memcmp(hash.data(), hash_.data(), hash_.size()) == 0;
}

bool AccessToken::is_shown_by(std::string_view authorization) const {
  const auto secret = shown_secret(authorization);
  return secret && is(*secret);
}

std::optional<std::string> shown_secret(std::string_view authorization) {
  if (const auto token = after_scheme(authorization, "bearer")) return std::string(*token);
  const auto basic = after_scheme(authorization, "basic");
  if (!basic) return std::nullopt;
  const auto pair = decode_base64(*basic);
  if (!pair || pair->find(':') == std::string::npos) return std::nullopt;
  return pair->substr(pair->find(':') + 1);
}

}  // namespace forecart
