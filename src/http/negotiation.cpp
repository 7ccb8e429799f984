#include "http/negotiation.h"

#include "base/ascii.h"

#include <algorithm>
#include <charconv>

namespace forecart {

namespace {

std::string_view trim(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

/// What stands before the sign; text and sign are cut off.
std::string_view next_before(std::string_view& text, char sign) {
  const std::string_view part = text.substr(0, text.find(sign));
  text.remove_prefix(std::min(part.size() + 1, text.size()));
  return trim(part);
}

/// "q=0.5"; 1 where it is not said, 0 where it is nonsense.
double weight_in(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = next_before(parameters, ';');
    if (parameter.size() < 2 || !equal_ignoring_case(parameter.substr(0, 2), "q=")) continue;
    double weight = 0;
    const char* const end = parameter.data() + parameter.size();
    const auto read = std::from_chars(parameter.data() + 2, end, weight, std::chars_format::fixed);
    const bool is_weight = read.ec == std::errc() && read.ptr == end && weight >= 0 && weight <= 1;
    return is_weight ? weight : 0;
  }
  return 1;
}

/// How exactly a range names a type: 3 itself, 2 "text/*", 1 "*/*"; 0 not at all.
int closeness(std::string_view range, std::string_view type) {
  if (equal_ignoring_case(range, type)) return 3;
  if (range == "*/*") return 1;
  const std::size_t slash = type.find('/') + 1;
  const bool is_kind =
      range.ends_with("/*") && equal_ignoring_case(range.substr(0, slash), type.substr(0, slash));
  return is_kind ? 2 : 0;
}

/// The closest range decides, whatever others say.
double weight_of(std::string_view accept, std::string_view type) {
  int closest = 0;
  double weight = 0;
  while (!accept.empty()) {
    std::string_view element = next_before(accept, ',');
    const std::string_view range = next_before(element, ';');
    const int close = closeness(range, type);
    if (close <= closest) continue;
    closest = close;
    weight = weight_in(element);
  }
  return weight;
}

}  // namespace

std::size_t preferred(std::string_view accept, std::span<const std::string_view> types) {
  std::size_t best = 0;
  double most = 0;
  for (std::size_t i = 0; i < types.size(); ++i) {
    const double weight = weight_of(accept, types[i]);
    if (weight <= most) continue;
    most = weight;
    best = i;
  }
  return best;
}

}  // namespace forecart
