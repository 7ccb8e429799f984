#include "pipeline/manifest_diff.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace forecart {

namespace {

using nlohmann::json;
using Changes = std::vector<std::string>;

/// How many of a set came and went; nothing where none did.
void add_files(const json& before, const json& after, Changes& changes) {
  const auto hashes = [](const json& manifest) {
    return manifest.at("inputs").get<std::set<std::string>>();
  };
  const auto count = [](const std::set<std::string>& a, const std::set<std::string>& b) {
    Changes only;
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(only));
    return only.size();
  };
  const auto old_files = hashes(before);
  const auto new_files = hashes(after);
  const std::size_t added = count(new_files, old_files);
  const std::size_t gone = count(old_files, new_files);
  const auto tell = [&](std::size_t number, const char* how) {
    if (number == 0) return;
    changes.push_back(fmt::format("{} order file{} {}", number, number == 1 ? "" : "s", how));
  };
  tell(added, "more");
  tell(gone, "less");
}

/// Hash of each input table by its file.
std::map<std::string, std::string> tables_of(const json& manifest) {
  std::map<std::string, std::string> tables;
  for (const json& table : manifest.value("input_tables", json::array())) {
    tables[table.at("file").get<std::string>()] = table.at("sha256").get<std::string>();
  }
  return tables;
}

void add_tables(const json& before, const json& after, Changes& changes) {
  const auto old_tables = tables_of(before);
  const auto new_tables = tables_of(after);
  for (const auto& [file, hash] : new_tables) {
    const auto was = old_tables.find(file);
    if (was == old_tables.end()) {
      changes.push_back(fmt::format("input table {} is new", file));
    } else if (was->second != hash) {
      changes.push_back(fmt::format("input table {} has other content", file));
    }
  }
  for (const auto& [file, hash] : old_tables) {
    if (!new_tables.contains(file)) changes.push_back(fmt::format("input table {} is gone", file));
  }
}

std::string value_text(const json& value) {
  if (value.is_null() || value == json("")) return "none";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

void add_value(const std::string& name, const json& before, const json& after, Changes& changes) {
  if (before == after) return;
  if (before.is_object() && after.is_object()) {
    for (const auto& [key, value] : after.items()) {
      add_value(fmt::format("{}.{}", name, key), before.value(key, json()), value, changes);
    }
    return;
  }
  changes.push_back(fmt::format("{} {}, was {}", name, value_text(after), value_text(before)));
}

std::map<std::pair<std::string, std::string>, std::string> states_of(const json& manifest) {
  std::map<std::pair<std::string, std::string>, std::string> states;
  for (const json& model : manifest.value("models", json::array())) {
    states[{model.at("panel").get<std::string>(), model.at("model").get<std::string>()}] =
        model.at("key").get<std::string>();
  }
  return states;
}

}  // namespace

Changes data_changes(const json& before, const json& after) {
  Changes changes;
  add_files(before, after, changes);
  add_tables(before, after, changes);
  const json was = before.value("settings", json());
  const json is = after.value("settings", json());
  if (!was.is_null() && !is.is_null() && was != is)
    changes.emplace_back("dataset.toml has changed");
  add_value("demand", before.value("demand", json()), after.value("demand", json()), changes);
  add_value("holidays", before.value("holidays", json()), after.value("holidays", json()), changes);
  return changes;
}

std::vector<std::string> changed_parameters(const json& before, const json& after) {
  std::vector<std::string> names;
  for (const auto& [key, value] : after.at("options").items()) {
    const json& options = before.at("options");
    if (!options.contains(key)) continue;  // an older program did not tell
    if (options.at(key) != value) names.push_back(key);
  }
  for (const char* key : {"seed", "version", "kernel"}) {
    if (before.at(key) != after.at(key)) names.emplace_back(key);
  }
  return names;
}

Changes parameter_changes(const json& before, const json& after) {
  const auto value = [](const json& manifest, const std::string& name) {
    const json& options = manifest.at("options");
    return options.contains(name) ? options.at(name) : manifest.at(name);
  };
  Changes changes;
  for (const std::string& name : changed_parameters(before, after)) {
    add_value(name, value(before, name), value(after, name), changes);
  }
  return changes;
}

Changes state_changes(const json& before, const json& after) {
  Changes changes;
  const auto old_states = states_of(before);
  for (const auto& [name, key] : states_of(after)) {
    const auto was = old_states.find(name);
    if (was == old_states.end()) continue;
    changes.push_back(fmt::format("{} of {}: {}", name.second, name.first,
                                  was->second == key ? "the same state" : "another state"));
  }
  return changes;
}

}  // namespace forecart
