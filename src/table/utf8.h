#pragma once

#include <string>
#include <string_view>

namespace forecart {

/// True for well-formed UTF-8 (RFC 3629: shortest forms, no surrogates, up to U+10FFFF).
bool is_valid_utf8(std::string_view text);

/// Text with every byte that is not part of a well-formed sequence written as \xHH, so that it can
/// be shown and stored.
std::string escape_invalid_utf8(std::string_view text);

}  // namespace forecart
