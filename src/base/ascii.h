#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace forecart {

/// Letters A to Z in lower case, whatever the locale; all else as it is.
constexpr char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline std::string ascii_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = ascii_lower(c);
  return lower;
}

/// The same but for letters A to Z in another case, as names in HTTP are compared.
constexpr bool equal_ignoring_case(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other,
                            [](char a, char b) { return ascii_lower(a) == ascii_lower(b); });
}

constexpr bool is_ascii_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace forecart
