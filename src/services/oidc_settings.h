#pragma once

#include "net/credentials.h"
#include "net/uri.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// A provider of OpenID Connect, and what we are to it. Never goes to messages or logs as a whole.
struct OidcSettings {
  std::string issuer;         ///< address of the provider, exactly as it writes it itself
  std::string client_id;      ///< what the provider calls this server
  std::string client_secret;  ///< and the secret it gave us
  std::string redirect_url;   ///< of our callback, as it stands in the provider's list
  std::vector<std::string> scopes = {"openid", "profile", "email"};
};

/// Throws OidcError settings, naming the setting: an address that is not of https (or of this
/// host), or has a query where there may be none; an empty client id or secret; scopes without
/// "openid".
void check_settings(const OidcSettings& settings);

/// The first line of the file or, where `file` is empty, FORECART_OIDC_SECRET (secret_variable).
/// Throws OidcError settings where there is none, or it is longer than 4,096 bytes or has control
/// characters.
std::string oidc_secret(const std::filesystem::path& file, const Environment& environment);

/// The address, where secrets may be sent to it: of https, or of this host. Nothing for another,
/// for one with a fragment or with characters that no address has, and for more than 2,048 bytes.
std::optional<Url> safe_url(std::string_view text);

}  // namespace forecart
