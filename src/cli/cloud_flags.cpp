#include "cli/cloud_flags.h"

#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <regex>
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

/// As all regions are called: two to four letters, words, a number.
std::string wrong_with_region(const std::string& text) {
  static const std::regex kForm("[a-z]{2,4}(-[a-z]{1,20}){1,3}-[0-9]{1,2}");
  if (std::regex_match(text, kForm)) return "";
  return fmt::format("'{}' is no region of AWS; give one as eu-central-1", text);
}

std::string wrong_with_arn(const std::string& text) {
  constexpr auto kColons = 5;
  const bool plain = std::ranges::none_of(text, [](unsigned char c) { return c <= ' '; });
  if (plain && text.starts_with("arn:") && std::ranges::count(text, ':') >= kColons) return "";
  return fmt::format("'{}' is no ARN; give it whole, as arn:aws:sns:REGION:ACCOUNT:TOPIC", text);
}

}  // namespace

void check_region(const std::string& text) {
  if (text.empty()) {
    throw Error(ErrorCode::usage, "no region of AWS is known; give --region, or set AWS_REGION");
  }
  const std::string wrong = wrong_with_region(text);
  if (!wrong.empty()) throw Error(ErrorCode::invalid_value, wrong);
}

void add_region_flag(CLI::App& command, std::string& into) {
  command.add_option("--region", into, "of AWS [AWS_REGION, or the profile's]")
      ->check(CLI::Validator(wrong_with_region, ""))
      ->type_name("REGION");
}

CLI::Validator arn_check() {
  return {wrong_with_arn, ""};
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
