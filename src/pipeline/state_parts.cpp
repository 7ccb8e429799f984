#include "pipeline/state_parts.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/parallel.h"
#include "models/saved_state.h"
#include "models/state_shelf.h"
#include "pipeline/lasting.h"
#include "pipeline/repository.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <exception>
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

/// Enters the keys of all parts of a trunk, in its order.
void enter_parts(const json& value, std::vector<std::string>& found) {
  if (const json* const keys = parts_of(value)) {
    for (const json& key : *keys) found.push_back(key.get<std::string>());
  } else if (value.is_structured()) {
    for (const json& member : value) enter_parts(member, found);
  }
}

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

/// Reads what it is asked for, a few parts at a time, on one thread.
class PartsReader final : public StateShelf {
 public:
  explicit PartsReader(const ObjectStore& store) : store_(store) {}

  /// Throws again what kept a part from being read: models tell all that fails while they load as
  /// damage to their state.
  void tell_failure() const {
    if (failure_) std::rethrow_exception(failure_);
  }

  void each(const json& value, const Visit& visit) const override {
    const json* const keys = parts_of(value);
    if (keys == nullptr) return StateShelf::each(value, visit);
    for (std::size_t first = 0; first < keys->size(); first += kAtOnce) {
      const std::size_t count = std::min<std::size_t>(kAtOnce, keys->size() - first);
      const std::vector<json> parts = read(*keys, first, count, value.contains(kList));
      for (const json& part : parts) StateShelf::each(part, visit);
    }
  }

  json whole(const json& value) const override {
    if (!value.is_structured()) return value;
    const bool is_list = parts_of(value) != nullptr ? value.contains(kList) : value.is_array();
    json result = is_list ? json::array() : json::object();
    const Visit add = [&](const std::string& name, const json& element) {
      if (result.is_array()) {
        result.push_back(element);
      } else {
        result[name] = element;
      }
    };
    if (parts_of(value) != nullptr) {
      each(value, add);
    } else {
      StateShelf::each(
          value, [&](const std::string& name, const json& member) { add(name, whole(member)); });
    }
    return result;
  }

 private:
  std::vector<json> read(const json& keys, std::size_t first, std::size_t count,
                         bool are_lists) const {
    std::vector<json> parts(count);
    try {
      parallel_for(count, kAtOnce, [&](std::size_t i) {
        const auto& key = keys[first + i].get_ref<const std::string&>();
        parts[i] = read_cbor(store_, key);
        if (parts[i].is_array() != are_lists || !parts[i].is_structured()) refuse(key);
      });
    } catch (const Error&) {
      failure_ = std::current_exception();
      throw;
    }
    return parts;
  }

  const ObjectStore& store_;
  mutable std::exception_ptr failure_;
};

}  // namespace

/// Writes what it is given part by part.
class PartsWriter final : public StateShelf {
 public:
  explicit PartsWriter(ObjectStore& store) : store_(store) {}

  json put_list(std::size_t size, const NextElement& next) override {
    if (size <= kSeriesInPart) return StateShelf::put_list(size, next);
    return {{kList, cut_list(size, kSeriesInPart, next)}};
  }

  json put_map(std::size_t size, const NextEntry& next) override {
    if (size <= kSeriesInPart) return StateShelf::put_map(size, next);
    return {{kMap, cut_map(size, kSeriesInPart, next)}};
  }

  /// The value with what is long in it cut; what was put before stays as it is.
  json cut(json value) {
    if (!value.is_structured() || parts_of(value) != nullptr) return value;
    const std::size_t length = length_of_parts(value);
    if (length == 0) {
      for (json& member : value) member = cut(std::move(member));
      return value;
    }
    auto next = value.begin();
    if (value.is_array()) {
      return {{kList, cut_list(value.size(), length, [&] { return std::move(*next++); })}};
    }
    return {{kMap, cut_map(value.size(), length, [&] {
               std::pair<std::string, json> entry{next.key(), std::move(next.value())};
               ++next;
               return entry;
             })}};
  }

  /// Keeps the trunk to be written, after all parts that it names.
  StoredState end_with(const json& trunk) {
    StoredState stored;
    enter_parts(trunk, stored.parts);
    if (!stored.parts.empty()) flush();
    stored.key = keep(trunk);
    return stored;
  }

  /// Writes what is kept.
  void flush() {
    parallel_for(pieces_.size(), kAtOnce,
                 [&](std::size_t i) { put_lasting(store_, pieces_[i].key, pieces_[i].bytes); });
    pieces_.clear();
  }

 private:
  struct Piece {
    std::string key;
    std::string bytes;
  };

  json cut_list(std::size_t size, std::size_t length, const NextElement& next) {
    json keys = json::array();
    for (std::size_t done = 0; done < size; done += length) {
      keys.push_back(keep(StateShelf::put_list(std::min(length, size - done), next)));
    }
    return keys;
  }

  json cut_map(std::size_t size, std::size_t length, const NextEntry& next) {
    json keys = json::array();
    for (std::size_t done = 0; done < size; done += length) {
      keys.push_back(keep(StateShelf::put_map(std::min(length, size - done), next)));
    }
    return keys;
  }

  std::string keep(const json& value) {
    std::string bytes;
    json::to_cbor(value, bytes);
    std::string key = Repository::model_key(sha256(bytes));
    pieces_.push_back({key, std::move(bytes)});
    if (pieces_.size() == kAtOnce) flush();
    return key;
  }

  ObjectStore& store_;
  std::vector<Piece> pieces_;  // not yet written
};

std::vector<std::string> StoredState::keys() const {
  std::vector<std::string> all{key};
  all.insert(all.end(), parts.begin(), parts.end());
  return all;
}

StoredState write_state(ObjectStore& store, json state) {
  PartsWriter writer(store);
  StoredState stored = writer.end_with(writer.cut(std::move(state)));
  writer.flush();
  return stored;
}

StateWriter::StateWriter(ObjectStore& store) : parts_(std::make_unique<PartsWriter>(store)) {}

StateWriter::~StateWriter() = default;

StoredState StateWriter::write(const Fitted& fitted) {
  return parts_->end_with(parts_->cut(fitted.save_parts(*parts_)));
}

void StateWriter::finish() {
  parts_->flush();
}

StoredState write_state(ObjectStore& store, const Fitted& fitted) {
  StateWriter writer(store);
  StoredState stored = writer.write(fitted);
  writer.finish();
  return stored;
}

json read_state_at(const ObjectStore& store, std::string_view key) {
  const json trunk = read_cbor(store, key);
  try {
    return PartsReader(store).whole(trunk);
  } catch (const json::exception&) {
    refuse(key);
  }
}

std::unique_ptr<Fitted> read_fitted(const ObjectStore& store, std::string_view key,
                                    const Model& model) {
  const json trunk = read_cbor(store, key);
  const PartsReader reader(store);
  try {
    return model.load_parts(trunk, reader);
  } catch (const json::exception&) {
    refuse(key);
  } catch (const Error&) {
    reader.tell_failure();
    throw;
  }
}

json with_parts(const ObjectStore& store, const json& value) {
  return PartsReader(store).whole(value);
}

json read_part_at(const ObjectStore& store, std::string_view key) {
  return read_cbor(store, key);
}

const json* keys_of_parts(const json& value) {
  return parts_of(value);
}

void keep_state(ObjectStore& store, const StoredState& stored) {
  const std::vector<std::string> keys = stored.keys();
  parallel_for(keys.size(), kAtOnce, [&](std::size_t i) { keep_lasting(store, keys[i]); });
}

void tell_state(const StoredState& stored, json& model) {
  model["key"] = stored.key;
  if (!stored.parts.empty()) model["parts"] = stored.parts;
}

StoredState told_state(const json& model) {
  return {model.at("key").get<std::string>(), model.value("parts", std::vector<std::string>())};
}

}  // namespace forecart
