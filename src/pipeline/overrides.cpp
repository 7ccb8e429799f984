#include "pipeline/overrides.h"

#include "base/durable_file.h"
#include "base/error.h"
#include "base/hash.h"
#include "store/sealed_json.h"
#include "table/utf8.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <functional>

namespace forecart {

namespace {

using nlohmann::json;

std::string key_of(const std::string& dataset) {
  return fmt::format("datasets/{}/overrides.json", dataset);
}

Override from_json(const json& value) {
  return {.id = value.at("id"),
          .panel = value.at("panel"),
          .unique_id = value.at("unique_id"),
          .from = value.at("from"),
          .to = value.at("to"),
          .is_factor = value.at("kind") == "factor",
          .value = value.at("value"),
          .comment = value.at("comment"),
          .author = value.at("author"),
          .at = value.at("at")};
}

std::vector<Override> parse_overrides(const json& root, const std::string& key) {
  std::vector<Override> all;
  try {
    for (const json& one : root.at("overrides")) all.push_back(from_json(one));
  } catch (const json::exception&) {
    throw Error(ErrorCode::bad_data,
                fmt::format("'{}' is damaged; remove it, and make the overrides again", key));
  }
  return all;
}

/// Looks, changes and writes, until nobody else has written meanwhile.
void change(Repository& repository, const std::string& dataset,
            const std::function<void(std::vector<Override>&)>& work) {
  constexpr int kTries = 20;
  ObjectStore& store = repository.store();
  const std::string key = key_of(dataset);
  for (int i = 0; i < kTries; ++i) {
    const auto now = store.get(key);
    std::vector<Override> all;
    if (now) all = parse_overrides(repository.read_json(key), key);
    work(all);
    json list = json::array();
    for (const Override& one : all) list.push_back(to_json(one));
    const std::string text = sealed_text({{"version", 1}, {"overrides", std::move(list)}});
    if (now ? store.put_if_match(key, text, now->tag) : store.put_if_absent(key, text)) return;
  }
  throw Error(ErrorCode::conflict, "others change the overrides all the time; try again");
}

/// No other has it: equal overrides made at one moment are two.
std::string new_id() {
  static std::atomic<std::uint64_t> counter{0};
  return make_stamp(sha256(fmt::format("{}-{}", process_name(), counter++)));
}

void require_text(const std::string& text, const char* name, std::size_t most) {
  if (!text.empty() && text.size() <= most && is_valid_utf8(text)) return;
  throw Error(ErrorCode::invalid_value,
              fmt::format("'{}' of an override has {} bytes; give text of 1 to {}", name,
                          text.size(), most));
}

}  // namespace

void check_override(const Override& one) {
  constexpr std::size_t kMostName = 10'000;
  constexpr std::size_t kMostComment = 1000;
  constexpr std::size_t kMostLabel = 40;
  require_text(one.panel, "panel", kMostName);
  require_text(one.unique_id, "unique_id", kMostName);
  require_text(one.comment, "comment", kMostComment);
  require_text(one.from, "from", kMostLabel);
  require_text(one.to, "to", kMostLabel);
  if (one.from > one.to) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("'from' is {} and 'to' is {}; give labels of forecasts, the first one "
                            "first",
                            one.from, one.to));
  }
  constexpr double kMost = 1e15;
  if (std::isfinite(one.value) && one.value >= 0 && one.value <= kMost) return;
  throw Error(
      ErrorCode::invalid_value,
      fmt::format("'value' of an override is {}; give a number from 0 to {}", one.value, kMost));
}

bool apply(const Override& one, const std::vector<std::string>& ds, std::vector<double>& values) {
  bool any = false;
  for (std::size_t i = 0; i < ds.size(); ++i) {
    if (ds[i] < one.from || ds[i] > one.to) continue;
    values[i] = one.is_factor ? values[i] * one.value : one.value;
    any = true;
  }
  return any;
}

json to_json(const Override& one) {
  return {
      {"id", one.id},       {"panel", one.panel},     {"unique_id", one.unique_id},
      {"from", one.from},   {"to", one.to},           {"kind", one.is_factor ? "factor" : "value"},
      {"value", one.value}, {"comment", one.comment}, {"author", one.author},
      {"at", one.at}};
}

std::vector<Override> read_overrides(const Repository& repository, const std::string& dataset) {
  const std::string key = key_of(dataset);
  if (!repository.store().exists(key)) return {};
  return parse_overrides(repository.read_json(key), key);
}

Override add_override(Repository& repository, const std::string& dataset, Override one) {
  check_override(one);
  one.id = new_id();
  change(repository, dataset, [&](std::vector<Override>& all) {
    if (all.size() >= kMostOverrides) {
      throw Error(
          ErrorCode::conflict,
          fmt::format("the data set has {} overrides already; remove old ones", all.size()));
    }
    all.push_back(one);
  });
  return one;
}

void remove_override(Repository& repository, const std::string& dataset, const std::string& id) {
  change(repository, dataset, [&](std::vector<Override>& all) {
    const auto known = std::erase_if(all, [&](const Override& one) { return one.id == id; });
    if (known == 0) {
      throw Error(ErrorCode::not_found,
                  "there is no such override; GET .../overrides lists those there are");
    }
  });
}

}  // namespace forecart
