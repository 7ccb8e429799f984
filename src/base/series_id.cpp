#include "base/series_id.h"

#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace forecart {

namespace {

bool is_plain(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

std::string escape(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    result += is_plain(byte) ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return result;
}

std::string unescape(std::string_view text, std::string_view whole) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    unsigned value = 0;
    const char* const begin = text.data() + i + 1;
    if (i + 2 >= text.size() || std::from_chars(begin, begin + 2, value, 16).ptr != begin + 2) {
      throw Error(ErrorCode::invalid_value,
                  fmt::format("unique_id '{}' has a broken escape at '{}'", whole, text.substr(i)));
    }
    result += static_cast<char>(value);
    i += 2;
  }
  return result;
}

/// Whether a terminal takes a byte for something else than text.
bool is_control(char c) {
  constexpr unsigned char kDelete = 0x7F;
  const auto byte = static_cast<unsigned char>(c);
  return byte < ' ' || byte == kDelete;
}

}  // namespace

std::string make_series_id(const std::vector<std::pair<std::string, std::string>>& dimensions) {
  if (dimensions.empty()) return "total";
  std::string result;
  for (const auto& [name, value] : dimensions) {
    result += fmt::format("{}{}={}", result.empty() ? "" : "/", escape(name), escape(value));
  }
  return result;
}

std::vector<std::pair<std::string, std::string>> parse_series_id(std::string_view id) {
  std::vector<std::pair<std::string, std::string>> result;
  if (id == "total") return result;
  std::string_view rest = id;
  while (true) {
    const std::size_t slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      throw Error(ErrorCode::invalid_value,
                  fmt::format("unique_id '{}' is not of the form dimension=value/...", id));
    }
    result.emplace_back(unescape(part.substr(0, equals), id),
                        unescape(part.substr(equals + 1), id));
    if (slash == std::string_view::npos) return result;
    rest.remove_prefix(slash + 1);
  }
}

std::string readable_id(const std::string& id) {
  if (id.find('%') == std::string::npos) return id;
  try {
    std::string result;
    for (const auto& [name, value] : parse_series_id(id)) {
      result += fmt::format("{}{}={}", result.empty() ? "" : "/", name, value);
    }
    return std::any_of(result.begin(), result.end(), is_control) ? id : result;
  } catch (const Error&) {
    return id;  // of a table whose ids are names of their own
  }
}

}  // namespace forecart
