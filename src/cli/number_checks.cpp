#include "cli/number_checks.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string>
#include <system_error>
#include <type_traits>

namespace forecart {

namespace {

/// The value of all of a text; nothing where it is none, or written as "010", which some read as 8.
template <class Number>
std::optional<Number> value_of(const std::string& text) {
  Number value{};
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  const std::size_t first = text.find_first_not_of('-');
  const bool padded = std::is_integral_v<Number> && first != std::string::npos &&
                      text[first] == '0' && text.size() > first + 1;
  if (error != std::errc() || rest != end || padded) return std::nullopt;
  return value;
}

template <class Number>
CLI::Validator number_within(const char* what, Number low, Number high) {
  const auto check = [what, low, high](const std::string& text) -> std::string {
    const auto value = value_of<Number>(text);
    if (value && *value >= low && *value <= high) return "";
    return fmt::format("'{}' is no {} from {} to {}", text, what, low, high);
  };
  return {check, ""};
}

}  // namespace

CLI::Validator decimal_number() {
  const auto check = [](const std::string& text) -> std::string {
    if (value_of<std::int64_t>(text)) return "";
    return fmt::format("'{}' is no whole number", text);
  };
  return {check, ""};
}

CLI::Validator whole_number(std::uint64_t low, std::uint64_t high) {
  return number_within("whole number", low, high);
}

CLI::Validator real_number(double low, double high) {
  return number_within("number", low, high);
}

}  // namespace forecart
