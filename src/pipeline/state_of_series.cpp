#include "pipeline/state_of_series.h"

#include "pipeline/state_parts.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

namespace forecart {

namespace {

using nlohmann::json;

/// An element of a list or map in the trunk, and its place there.
struct Found {
  std::size_t place = 0;
  json value;
};

class Narrower {
 public:
  Narrower(const ObjectStore& store, const std::string& id) : store_(store), id_(id) {}

  /// The state of the series alone; nothing where there is none.
  std::optional<json> narrow(json state) {
    if (state.contains("inner")) return narrow_around(std::move(state));
    if (state.contains("members")) return narrow_selection(std::move(state));
    constexpr std::size_t kMembersOfPerSeries = 4;  // model, frequency, zone, series
    if (!state.contains("series") || state.size() != kMembersOfPerSeries) return std::nullopt;
    std::optional<Found> row = find_row(state["series"]);
    if (!row || !row->value.contains("state")) return std::nullopt;
    state["series"] = json::array({std::move(row->value)});
    return state;
  }

 private:
  /// What stands around another model and keeps something of each series.
  std::optional<json> narrow_around(json state) {
    if (state.contains("totals")) return std::nullopt;  // forecasts of all series add up
    std::optional<json> inner = narrow(std::move(state["inner"]));
    if (!inner) return std::nullopt;
    state["inner"] = std::move(*inner);
    for (const char* const name : {"scores", "watches"}) {
      if (state.contains(name)) state[name] = member_alone(state[name]);
    }
    if (state.contains("rhythms")) {
      std::optional<Found> row = find_row(state["rhythms"]);
      state["rhythms"] = json::array();
      if (row) state["rhythms"].push_back(std::move(row->value));
    }
    if (state.contains("replaced")) return narrow_replaced(std::move(state));
    return state;
  }

  /// The state from before a refit, of the series that were refitted.
  std::optional<json> narrow_replaced(json state) {
    json& replaced = state["replaced"];
    const json ids = with_parts(store_, replaced["series"]);
    if (std::find(ids.begin(), ids.end(), json(id_)) == ids.end()) {
      state.erase("replaced");
      return state;
    }
    std::optional<json> own = narrow(std::move(replaced["state"]));
    if (!own) return std::nullopt;
    replaced["state"] = std::move(*own);
    replaced["series"] = json::array({id_});
    return state;
  }

  /// AutoSelect: each member says for each of its rows which series it is, and its weight.
  std::optional<json> narrow_selection(json state) {
    std::optional<Found> own = find_row(state["series"]);
    if (!own || own->value.contains("state")) return std::nullopt;
    state["series"] = json::array({std::move(own->value)});
    json members = json::array();
    for (json& member : state["members"]) {
      json places = with_parts(store_, member["series"]);
      const auto is_own = [&](const json& place) {
        return place.is_array() && place.at(0).get<std::size_t>() == own->place;
      };
      const auto found = std::find_if(places.begin(), places.end(), is_own);
      if (found == places.end()) continue;
      hint_ = static_cast<std::size_t>(found - places.begin()) / kSeriesInPart;
      const json place = json::array({0, found->at(1)});
      if (std::optional<json> alone = narrow(member["state"])) {
        member["state"] = std::move(*alone);
        member["series"] = json::array({place});
      } else {  // it learns from all series, and is a state only as a whole
        member["state"] = with_parts(store_, member["state"]);
        json others = json::array_t(places.size());
        others[static_cast<std::size_t>(found - places.begin())] = place;
        member["series"] = std::move(others);
      }
      members.push_back(std::move(member));
    }
    state["members"] = std::move(members);
    return state;
  }

  /// A map without all other members.
  json member_alone(const json& map) {
    json alone = json::object();
    const auto holds = [&](const json& part) { return part.contains(id_); };
    const auto first = [](const json& part) { return part.begin().key(); };
    const std::optional<Found> part = find_part(map, holds, first);
    if (part) alone[id_] = part->value.at(id_);
    return alone;
  }

  /// The element of a list that is of the series.
  std::optional<Found> find_row(const json& list) {
    const auto holds = [&](const json& part) { return row_in(part).has_value(); };
    const auto first = [](const json& part) {
      return part.front().at("unique_id").get<std::string>();
    };
    std::optional<Found> part = find_part(list, holds, first);
    if (!part) return std::nullopt;
    const std::size_t row = *row_in(part->value);
    return Found{part->place * kSeriesInPart + row, std::move(part->value[row])};
  }

  std::optional<std::size_t> row_in(const json& part) const {
    for (std::size_t row = 0; row < part.size(); ++row) {
      if (part[row].at("unique_id") == id_) return row;
    }
    return std::nullopt;
  }

  /// The part that holds the series, and its number: first where another list had it, then as in a
  /// list in order of the ids, which most are, then all the others.
  std::optional<Found> find_part(const json& value, const std::function<bool(const json&)>& holds,
                                 const std::function<std::string(const json&)>& first) {
    const json* const keys = keys_of_parts(value);
    if (keys == nullptr) return holds(value) ? std::optional(Found{0, value}) : std::nullopt;
    std::vector<bool> seen(keys->size(), false);
    const auto try_part = [&](std::size_t number) -> std::optional<Found> {
      seen[number] = true;
      last_ = read_part_at(store_, (*keys)[number].get<std::string>());
      if (!holds(last_)) return std::nullopt;
      hint_ = number;
      return Found{number, std::move(last_)};
    };
    std::size_t low = 0;
    std::size_t high = keys->size();
    std::size_t middle = hint_.value_or(high / 2);
    for (; low < high; middle = low + (high - low) / 2) {
      middle = std::min(std::max(middle, low), high - 1);
      if (auto found = try_part(middle)) return found;
      id_ < first(last_) ? high = middle : low = middle + 1;
    }
    for (std::size_t number = 0; number < seen.size(); ++number) {
      if (seen[number]) continue;
      if (auto found = try_part(number)) return found;
    }
    return std::nullopt;
  }

  const ObjectStore& store_;
  const std::string& id_;
  std::optional<std::size_t> hint_;  ///< number of the part that held the series last
  json last_;                        ///< part that was read last
};

}  // namespace

std::optional<json> read_state_of_series(const ObjectStore& store, std::string_view key,
                                         const std::string& unique_id) {
  json trunk = read_part_at(store, key);
  try {
    return Narrower(store, unique_id).narrow(std::move(trunk));
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace forecart
