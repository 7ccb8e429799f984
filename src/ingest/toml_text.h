#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// Text as a TOML basic string.
std::string toml_text(std::string_view text);
/// Texts as a TOML array.
std::string toml_list(const std::vector<std::string>& texts);
/// "key = value   # comment", the comments below each other.
std::string key_line(std::string_view key, std::string_view value, std::string_view comment);

}  // namespace forecart
