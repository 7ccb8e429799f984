#include "services/strict_json.h"

#include <nlohmann/json.hpp>

#include <set>
#include <vector>

namespace forecart {

namespace {

using nlohmann::json;

constexpr int kDeepest = 8;

struct Refused {};

/// Watches a text as it is parsed.
class Watch {
 public:
  void see(int depth, json::parse_event_t event, const json& parsed) {
    if (depth > kDeepest) throw Refused();
    if (event == json::parse_event_t::object_start) names_.emplace_back();
    if (event == json::parse_event_t::object_end) names_.pop_back();
    if (event != json::parse_event_t::key) return;
    if (!names_.back().insert(parsed.get<std::string>()).second) throw Refused();
  }

 private:
  std::vector<std::set<std::string>> names_;  ///< of the objects that are open
};

}  // namespace

std::optional<json> strict_json_object(std::string_view text, std::size_t most_bytes) {
  if (text.size() > most_bytes) return std::nullopt;
  Watch watch;
  try {
    json parsed = json::parse(text, [&](int depth, json::parse_event_t event, const json& value) {
      watch.see(depth, event, value);
      return true;
    });
    if (!parsed.is_object()) return std::nullopt;
    return parsed;
  } catch (const json::exception&) {
    return std::nullopt;
  } catch (const Refused&) {
    return std::nullopt;
  }
}

std::optional<std::string> text_member(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

}  // namespace forecart
