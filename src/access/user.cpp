#include "access/user.h"

#include "base/ascii.h"
#include "base/dataset_name.h"
#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>

namespace forecart {

namespace {

constexpr std::size_t kLongestPart = 512;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_printable(char c) {
  return c >= ' ' && c <= '~';
}

void check_part(const char* what, const std::string& part) {
  const bool printable = std::all_of(part.begin(), part.end(), is_printable);
  if (printable && !part.empty() && part.size() <= kLongestPart) return;
  throw Error(ErrorCode::invalid_value,
              fmt::format("{} of OpenID Connect is not allowed; give 1 to {} printable characters",
                          what, kLongestPart));
}

}  // namespace

bool covers(const Grants& grants, std::string_view dataset) {
  return grants.contains(kAllDatasets) || grants.contains(dataset);
}

void check_grant(const std::string& dataset) {
  if (dataset != kAllDatasets) check_dataset_name(dataset);
}

std::string user_name(std::string_view text) {
  std::string name = ascii_lower(text);
  const auto allowed = [](char c) {
    return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-' || c == '@' || c == '+';
  };
  const bool plain = std::all_of(name.begin(), name.end(), allowed);
  if (plain && !name.empty() && name.size() <= kLongestName && is_letter_or_digit(name.front())) {
    return name;
  }
  throw Error(ErrorCode::invalid_value,
              fmt::format("user name '{}' is not allowed; use up to {} letters, digits and . _ - "
                          "@ +, beginning with a letter or digit",
                          text.substr(0, kLongestName), kLongestName));
}

void check_token_name(std::string_view name) {
  const bool printable = std::all_of(name.begin(), name.end(), is_printable);
  if (printable && !name.empty() && name.size() <= kLongestName) return;
  throw Error(ErrorCode::invalid_value,
              fmt::format("the name of a token is not allowed; give 1 to {} printable characters "
                          "that say what it is for",
                          kLongestName));
}

void check_subject(const Subject& subject) {
  check_part("the issuer", subject.issuer);
  check_part("the subject", subject.id);
}

}  // namespace forecart
