#include "table/number_text.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace forecart {

namespace {

constexpr std::string_view kNoBreakSpace = "\xC2\xA0";

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

template <typename Value>
bool read_all(std::string_view text, Value& value) {
  if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  return error == std::errc() && end == last;
}

}  // namespace

std::string number_text(double value) {
  return std::isnan(value) ? std::string() : fmt::format("{}", value);
}

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  if (!read_all(text, value) || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  if (!read_all(text, value)) return std::nullopt;
  return value;
}

std::string_view trim(std::string_view text) {
  while (true) {
    if (!text.empty() && is_blank(text.front())) {
      text.remove_prefix(1);
    } else if (text.starts_with(kNoBreakSpace)) {
      text.remove_prefix(kNoBreakSpace.size());
    } else {
      break;
    }
  }
  while (true) {
    if (!text.empty() && is_blank(text.back())) {
      text.remove_suffix(1);
    } else if (text.ends_with(kNoBreakSpace)) {
      text.remove_suffix(kNoBreakSpace.size());
    } else {
      break;
    }
  }
  return text;
}

}  // namespace forecart
