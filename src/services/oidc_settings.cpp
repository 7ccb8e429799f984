#include "services/oidc_settings.h"

#include "base/error.h"
#include "monitoring/alert_rule.h"
#include "services/oidc_error.h"
#include "services/secret_variable.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <optional>

namespace forecart {

namespace {

constexpr std::size_t kLongestUrl = 2048;
constexpr std::size_t kLongestSecret = 4096;
constexpr std::size_t kLongestId = 256;

[[noreturn]] void refuse(const std::string& what, const std::string& remedy) {
  throw OidcError(OidcFault::settings, what, remedy);
}

bool is_visible(char c) {
  return c > ' ' && c <= '~';
}

bool is_plain(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most && std::all_of(text.begin(), text.end(), is_visible);
}

/// RFC 6749, section 3.3.
bool is_scope(const std::string& scope) {
  return is_plain(scope, kLongestId) && scope.find_first_of("\"\\") == std::string::npos;
}

void check_url(std::string_view text, const char* name) {
  if (safe_url(text) && text.find('?') == std::string_view::npos) return;
  refuse(fmt::format("the {} of OpenID Connect is no address that can be used", name),
         "give one that begins with https:// and has no query; http:// is for this host only");
}

std::string first_line_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text(kLongestSecret + 3, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad() || !in.is_open()) {
    refuse(fmt::format("the secret in '{}' cannot be read", file.string()),
           "name a file that this user may read");
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text.substr(0, text.find_first_of("\r\n"));
}

}  // namespace

std::optional<Url> safe_url(std::string_view text) {
  constexpr std::string_view kNever = "#\"<>\\^`{|}";
  if (!is_plain(text, kLongestUrl) || text.find_first_of(kNever) != text.npos) return std::nullopt;
  try {
    Url url = parse_url(text);
    if (url.scheme != "https" && !is_this_host(url.host)) return std::nullopt;
    return url;
  } catch (const Error&) {
    return std::nullopt;
  }
}

void check_settings(const OidcSettings& settings) {
  check_url(settings.issuer, "issuer");
  check_url(settings.redirect_url, "redirect URL");
  const std::string& id = settings.client_id;
  const bool shows =
      std::all_of(id.begin(), id.end(), [](char c) { return c == ' ' || is_visible(c); });
  if (id.empty() || id.size() > kLongestId || !shows) {
    refuse("the client id of OpenID Connect is none", "give the one that the provider shows");
  }
  if (settings.client_secret.empty()) {
    refuse("there is no client secret of OpenID Connect",
           "give a file with it, or FORECART_OIDC_SECRET");
  }
  const auto& scopes = settings.scopes;
  if (std::find(scopes.begin(), scopes.end(), "openid") == scopes.end() ||
      !std::all_of(scopes.begin(), scopes.end(), is_scope)) {
    refuse("the scopes of OpenID Connect cannot be used", "give words, 'openid' among them");
  }
}

std::string oidc_secret(const std::filesystem::path& file, const Environment& environment) {
  std::string secret =
      file.empty() ? secret_variable(environment, "FORECART_OIDC_SECRET") : first_line_of(file);
  const bool has_control = std::any_of(secret.begin(), secret.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
  });
  if (secret.empty() || secret.size() > kLongestSecret || has_control) {
    refuse("the client secret of OpenID Connect is empty, too long or has control characters",
           "put what the provider shows into the file, or FORECART_OIDC_SECRET");
  }
  return secret;
}

}  // namespace forecart
