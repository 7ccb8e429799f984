#include "pipeline/state_parts.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/parallel.h"
#include "models/saved_state.h"
#include "pipeline/lasting.h"
#include "pipeline/repository.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

/// The only member of an object that stands for a list, or for a map, cut into parts: their keys.
constexpr const char* kList = "list in parts";
constexpr const char* kMap = "map in parts";

/// Requests wait for the store, not for a core.
constexpr unsigned kAtOnce = 8;

/// The keys of the parts that an object stands for; nullptr where it is itself.
const json* parts_of(const json& value) {
  if (!value.is_object() || value.size() != 1) return nullptr;
  const auto only = value.begin();
  return only.key() == kList || only.key() == kMap ? &*only : nullptr;
}

/// Elements that each part of this value has; 0 where it stays whole in the trunk.
std::size_t length_of_parts(const json& value) {
  const auto is_structured = [](const json& element) { return element.is_structured(); };
  const bool by_series =
      value.is_object() || std::any_of(value.begin(), value.end(), is_structured);
  if (by_series) return value.size() > kSeriesInPart ? kSeriesInPart : 0;
  return value.size() > kNumbersInTrunk ? value.size() : 0;
}

class Cutter {
 public:
  struct Piece {
    std::string key;
    std::string bytes;
  };

  /// The value with what is long in it cut.
  json cut(json value) {
    if (!value.is_structured()) return value;
    if (const std::size_t length = length_of_parts(value); length > 0) {
      return value.is_array() ? json{{kList, cut_list(value, length)}}
                              : json{{kMap, cut_map(value, length)}};
    }
    for (json& member : value) member = cut(std::move(member));
    return value;
  }

  std::string keep(const json& value) {
    const auto bytes = json::to_cbor(value);
    std::string content(bytes.begin(), bytes.end());
    std::string key = Repository::model_key(sha256(content));
    pieces_.push_back({key, std::move(content)});
    return key;
  }

  const std::vector<Piece>& pieces() const { return pieces_; }

 private:
  json cut_list(json& list, std::size_t length) {
    json keys = json::array();
    json part = json::array();
    for (json& element : list) {
      part.push_back(std::move(element));
      if (part.size() == length) keys.push_back(keep(std::exchange(part, json::array())));
    }
    if (!part.empty()) keys.push_back(keep(part));
    return keys;
  }

  json cut_map(json& map, std::size_t length) {
    json keys = json::array();
    json part = json::object();
    for (auto& [name, member] : map.items()) {
      part[name] = std::move(member);
      if (part.size() == length) keys.push_back(keep(std::exchange(part, json::object())));
    }
    if (!part.empty()) keys.push_back(keep(part));
    return keys;
  }

  std::vector<Piece> pieces_;
};

json read_cbor(const ObjectStore& store, std::string_view key) {
  if (!key.starts_with("models/") || !is_key(key)) {
    throw Error(ErrorCode::bad_data, fmt::format("a fitted state lies at no '{}'; run again", key));
  }
  const auto bytes = store.read(key);
  if (bytes) return parse_state(*bytes, key);
  throw Error(ErrorCode::not_found, fmt::format("'{}' is not in the repository; run again", key));
}

[[noreturn]] void refuse(std::string_view key) {
  throw Error(ErrorCode::bad_data, fmt::format("'{}' is damaged; run again", key));
}

/// A list or map, and how often the trunk names it: equal parts are one object.
struct Part {
  json value;
  std::size_t uses = 0;
};

/// By the keys of their objects.
using Parts = std::map<std::string, Part>;

/// Enters the keys of all parts of a trunk.
void enter_parts(const json& value, Parts& parts) {
  if (const json* const keys = parts_of(value)) {
    for (const json& key : *keys) ++parts[key.get<std::string>()].uses;
  } else if (value.is_structured()) {
    for (const json& member : value) enter_parts(member, parts);
  }
}

void read_parts(const ObjectStore& store, Parts& parts) {
  std::vector<Parts::value_type*> entries;
  for (auto& entry : parts) entries.push_back(&entry);
  parallel_for(entries.size(), kAtOnce, [&](std::size_t i) {
    auto& [key, part] = *entries[i];
    part.value = read_cbor(store, key);
  });
}

void append(json& whole, json part) {
  if (whole.is_array()) {
    for (json& element : part) whole.push_back(std::move(element));
    return;
  }
  for (auto& [name, member] : part.items()) whole[name] = std::move(member);
}

/// What stands for parts becomes what they hold, which goes over at its last use: two copies of a
/// large state are too many.
void join(json& value, Parts& parts) {
  if (const json* const keys = parts_of(value)) {
    json whole = value.contains(kList) ? json::array() : json::object();
    for (const json& key : *keys) {
      Part& part = parts.at(key.get_ref<const std::string&>());
      if (part.value.type() != whole.type()) refuse(key.get_ref<const std::string&>());
      append(whole, --part.uses == 0 ? std::exchange(part.value, json()) : part.value);
    }
    value = std::move(whole);
  } else if (value.is_structured()) {
    for (json& member : value) join(member, parts);
  }
}

}  // namespace

std::vector<std::string> StoredState::keys() const {
  std::vector<std::string> all{key};
  all.insert(all.end(), parts.begin(), parts.end());
  return all;
}

StoredState write_state(ObjectStore& store, json state) {
  Cutter cutter;
  const json trunk = cutter.cut(std::move(state));
  StoredState stored;
  for (const Cutter::Piece& piece : cutter.pieces()) stored.parts.push_back(piece.key);
  stored.key = cutter.keep(trunk);
  const auto& pieces = cutter.pieces();
  parallel_for(pieces.size(), kAtOnce,
               [&](std::size_t i) { put_lasting(store, pieces[i].key, pieces[i].bytes); });
  return stored;
}

json read_state_at(const ObjectStore& store, std::string_view key) {
  json trunk = read_cbor(store, key);
  try {
    return with_parts(store, std::move(trunk));
  } catch (const json::exception&) {
    refuse(key);
  }
}

json with_parts(const ObjectStore& store, json value) {
  Parts parts;
  enter_parts(value, parts);
  read_parts(store, parts);
  join(value, parts);
  return value;
}

json read_part_at(const ObjectStore& store, std::string_view key) {
  return read_cbor(store, key);
}

const json* keys_of_parts(const json& value) {
  return parts_of(value);
}

void tell_state(const StoredState& stored, json& model) {
  model["key"] = stored.key;
  if (!stored.parts.empty()) model["parts"] = stored.parts;
}

StoredState told_state(const json& model) {
  return {model.at("key").get<std::string>(), model.value("parts", std::vector<std::string>())};
}

}  // namespace forecart
