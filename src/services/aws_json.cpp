#include "services/aws_json.h"

#include <nlohmann/json.hpp>

namespace forecart {

namespace {

using nlohmann::json;

constexpr double kLastSecond = 9'000'000'000;  // of the year 2255: Instant ends in 2262

/// Nothing where `object` is none, or has no such member.
const json* member(const json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

}  // namespace

std::string aws_text(const json& object, const char* name) {
  const json* const found = member(object, name);
  return found != nullptr && found->is_string() ? found->get<std::string>() : "";
}

std::int64_t aws_count(const json& object, const char* name) {
  const json* const found = member(object, name);
  return found != nullptr && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

std::optional<Instant> aws_instant(const json& object, const char* name) {
  const json* const found = member(object, name);
  if (found == nullptr) return std::nullopt;
  if (found->is_string()) return parse_instant(found->get<std::string>(), TimeZone());
  if (!found->is_number()) return std::nullopt;
  const double seconds = found->get<double>();
  if (!(seconds >= 0 && seconds <= kLastSecond)) return std::nullopt;
  return Instant(
      std::chrono::duration_cast<Instant::duration>(std::chrono::duration<double>(seconds)));
}

const json& aws_list(const json& object, const char* name) {
  static const json nothing = json::array();
  const json* const found = member(object, name);
  return found != nullptr && found->is_array() ? *found : nothing;
}

const json& aws_object(const json& object, const char* name) {
  static const json nothing = json::object();
  const json* const found = member(object, name);
  return found != nullptr && found->is_object() ? *found : nothing;
}

}  // namespace forecart
