#include "pipeline/stamp_time.h"

#include <fmt/format.h>

#include <chrono>

namespace forecart {

namespace {

using std::chrono::milliseconds;

constexpr std::string_view kForm = "20260412T083015.123Z";

bool has_form(std::string_view text) {
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const bool digit = kForm[i] >= '0' && kForm[i] <= '9';
    if (digit ? text[i] < '0' || text[i] > '9' : text[i] != kForm[i]) return false;
  }
  return true;
}

}  // namespace

std::optional<Instant> time_of_stamp(std::string_view stamp) {
  if (stamp.size() < kForm.size() || !has_form(stamp.substr(0, kForm.size()))) return std::nullopt;
  const auto part = [stamp](std::size_t at, std::size_t size) { return stamp.substr(at, size); };
  return parse_instant(fmt::format("{}-{}-{}T{}:{}:{}Z", part(0, 4), part(4, 2), part(6, 2),
                                   part(9, 2), part(11, 2), part(13, 6)),
                       {});
}

std::string iso_time(Instant instant) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(instant);
  std::string text = format_instant(Instant(whole), {});
  text[text.find(' ')] = 'T';
  const auto rest = std::chrono::floor<milliseconds>(instant - whole);
  return fmt::format("{}.{:03}Z", text, rest.count());
}

}  // namespace forecart
