#include "net/uri.h"

#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace forecart {

namespace {

constexpr std::string_view kDigits = "0123456789ABCDEF";

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return std::nullopt;
}

NamedValues parse_query(std::string_view text) {
  NamedValues query;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (pair.empty()) continue;
    query.emplace_back(uri_decode(pair.substr(0, equals)),
                       uri_decode(pair.substr(std::min(equals + 1, pair.size()))));
  }
  return query;
}

}  // namespace

std::string uri_encode(std::string_view text, bool keep_slash) {
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c) || (keep_slash && c == '/')) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
  }
  return encoded;
}

std::string uri_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size();
    const auto high = escape ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = escape ? hex_digit(text[i + 2]) : std::nullopt;
    if (high && low) {
      decoded += static_cast<char>(*high * 16 + *low);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

std::string encode_query(const NamedValues& query) {
  NamedValues encoded;
  for (const auto& [name, value] : query) encoded.emplace_back(uri_encode(name), uri_encode(value));
  std::sort(encoded.begin(), encoded.end());
  std::string text;
  for (const auto& [name, value] : encoded) {
    text += fmt::format("{}{}={}", text.empty() ? "" : "&", name, value);
  }
  return text;
}

std::string Url::text() const {
  return fmt::format("{}://{}{}{}{}", scheme, host, uri_encode(path, true),
                     query.empty() ? "" : "?", encode_query(query));
}

Url parse_url(std::string_view text) {
  const std::string_view shown = text.substr(0, text.find('?'));
  const auto refuse = [&]() {
    throw Error(ErrorCode::invalid_value,
                fmt::format("'{}' is no address; write http://HOST[:PORT] or https://…",
                            uri_encode(shown, true)));
  };
  Url url;
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) refuse();
  url.scheme = text.substr(0, colon);
  if (url.scheme != "http" && url.scheme != "https") refuse();
  text.remove_prefix(colon + 3);
  text = text.substr(0, text.find('#'));
  url.host = text.substr(0, text.find_first_of("/?"));
  text.remove_prefix(url.host.size());
  const bool plain = std::all_of(url.host.begin(), url.host.end(), [](char c) {
    return is_unreserved(c) || c == ':' || c == '[' || c == ']';
  });
  const std::string port = url.host.substr(url.host.find(']') + 1);  // [::1]:80; all without "]"
  const auto colons = std::count(port.begin(), port.end(), ':');
  if (url.host.empty() || !plain || colons > 1) refuse();
  const std::string_view usual = url.scheme == "http" ? ":80" : ":443";
  if (url.host.ends_with(usual)) url.host.resize(url.host.size() - usual.size());
  const std::string_view path = text.substr(0, text.find('?'));
  url.path = path.empty() ? "/" : uri_decode(path);
  if (path.size() < text.size()) url.query = parse_query(text.substr(path.size() + 1));
  return url;
}

}  // namespace forecart
