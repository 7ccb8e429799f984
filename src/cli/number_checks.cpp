#include "cli/number_checks.h"

#include <fmt/format.h>

#include <charconv>
#include <string>
#include <system_error>

namespace forecart {

namespace {

template <class Number>
CLI::Validator number_within(const char* what, Number low, Number high) {
  const auto check = [what, low, high](const std::string& text) -> std::string {
    Number value{};
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    if (error == std::errc() && rest == end && value >= low && value <= high) return "";
    return fmt::format("'{}' is no {} from {} to {}", text, what, low, high);
  };
  return {check, ""};
}

}  // namespace

CLI::Validator whole_number(std::uint64_t low, std::uint64_t high) {
  return number_within("whole number", low, high);
}

CLI::Validator real_number(double low, double high) {
  return number_within("number", low, high);
}

}  // namespace forecart
