#include "cli/cloud_flags.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace forecart {

namespace {

/// As PutMetricData takes it, without what it keeps for itself.
std::string wrong_with_namespace(const std::string& text) {
  constexpr std::size_t kLongest = 255;
  const bool good = std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view(".-_/#").find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (good && !text.empty() && text.size() <= kLongest && !text.starts_with("AWS/")) return "";
  return "a namespace of CloudWatch has 1 to 255 letters, digits or . - _ / #, and begins with no "
         "AWS/; use e.g. forecart";
}

/// QuickSight is the strictest.
std::string wrong_with_prefix(const std::string& text) {
  constexpr std::size_t kLongest = 30;
  const bool good = std::ranges::all_of(
      text, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; });
  if (good && !text.empty() && text.size() <= kLongest) return "";
  return "a prefix has 1 to 30 letters, digits, - or _; use e.g. forecart";
}

}  // namespace

void add_region_flag(CLI::App& command, std::string& into) {
  command.add_option("--region", into, "of AWS [AWS_REGION, or the profile's]");
}

void add_prefix_flag(CLI::App& command, std::string& into) {
  command.add_option("--prefix", into, "what all names in the account begin with")
      ->check(CLI::Validator(wrong_with_prefix, ""))
      ->type_name("NAME")
      ->capture_default_str();
}

CLI::Option* add_namespace_flag(CLI::App& command, std::string& into) {
  return command.add_option("--emf-namespace", into, "of these metrics in CloudWatch")
      ->check(CLI::Validator(wrong_with_namespace, ""))
      ->type_name("NAME")
      ->capture_default_str();
}

}  // namespace forecart
