#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace forecart {

/// Base64 with "-" and "_" and without padding (RFC 4648, section 5; RFC 7515, section 2).
std::string base64url(std::string_view bytes);

/// Undoes it. Nothing for other characters, padding, a length that cannot be, and unused bits that
/// are not 0: each text of bytes is the only one.
std::optional<std::string> parse_base64url(std::string_view text);

/// The usual kind, with "+", "/" and padding (RFC 4648, section 4).
std::string base64(std::string_view bytes);
/// As strict as the other.
std::optional<std::string> parse_base64(std::string_view text);

}  // namespace forecart
