#pragma once

#include "base/error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// Where a key stands, for messages: "dataset.toml, line 7".
struct Place {
  std::string file;

  std::string at(const toml::node& node) const {
    return fmt::format("{}, line {}", file, node.source().begin.line);
  }
};

using Names = std::initializer_list<std::string_view>;

/// One table of the file: hands out its values by key and refuses what is left.
class Section {
 public:
  Section(const toml::table& table, const Place& place, Names known)
      : table_(table), place_(place) {
    for (const auto& [key, value] : table) {
      if (std::find(known.begin(), known.end(), key.str()) != known.end()) continue;
      throw Error(ErrorCode::unknown_name,
                  fmt::format("{}: key '{}' is not known here; known are: {}", place.at(value),
                              key.str(), fmt::join(known, ", ")));
    }
  }

  template <typename Value>
  void read(std::string_view key, std::string_view wanted, Value& result) const {
    const toml::node* const node = table_.get(key);
    if (node == nullptr) return;
    const auto value = node->value_exact<Value>();
    if (!value) refuse(key, *node, wanted);
    result = *value;
  }

  void read_text(std::string_view key, std::string& result) const { read(key, "text", result); }

  /// Reads text and turns it into a value; what `turn` throws gets the place in front.
  void read_with(std::string_view key, const std::function<void(const std::string&)>& turn) const {
    const toml::node* const node = table_.get(key);
    if (node == nullptr) return;
    const auto text = node->value_exact<std::string>();
    if (!text) refuse(key, *node, "text");
    guard(key, [&] { turn(*text); });
  }

  /// What `check` throws gets the place of the key, which must be there, in front.
  void guard(std::string_view key, const std::function<void()>& check) const {
    try {
      check();
    } catch (const Error& error) {
      throw Error(error.code(),
                  fmt::format("{}: {}: {}", place_.at(*table_.get(key)), key, error.what()));
    }
  }

  bool is_list(std::string_view key) const {
    const toml::node* const node = table_.get(key);
    return node != nullptr && node->is_array();
  }

  [[noreturn]] void refuse(std::string_view key, const toml::node& node,
                           std::string_view wanted) const {
    throw Error(ErrorCode::invalid_value,
                fmt::format("{}: '{}' must be {}", place_.at(node), key, wanted));
  }

  /// A list of texts; nothing where the key is not there.
  void read_list(std::string_view key, std::string_view wanted,
                 std::vector<std::string>& result) const {
    const toml::array* const list = array_of(key);
    if (list == nullptr) return;
    for (const toml::node& item : *list) {
      const auto text = item.value_exact<std::string>();
      if (!text) refuse(key, item, wanted);
      result.push_back(*text);
    }
  }

  const toml::table* table_of(std::string_view key) const {
    const toml::node* const node = table_.get(key);
    if (node != nullptr && !node->is_table()) refuse(key, *node, "a table");
    return node == nullptr ? nullptr : node->as_table();
  }

  const toml::array* array_of(std::string_view key) const {
    const toml::node* const node = table_.get(key);
    if (node != nullptr && !node->is_array()) refuse(key, *node, "an array");
    return node == nullptr ? nullptr : node->as_array();
  }

 private:
  const toml::table& table_;
  const Place& place_;
};

/// Calls `take` with each table of [[name]].
inline void for_each_table(const Section& section, std::string_view name, const Place& place,
                           const std::function<void(const toml::table&)>& take) {
  const toml::array* const array = section.array_of(name);
  if (array == nullptr) return;
  for (const toml::node& item : *array) {
    if (!item.is_table()) {
      throw Error(ErrorCode::invalid_value,
                  fmt::format("{}: {} must be written as [[{}]]", place.at(item), name, name));
    }
    take(*item.as_table());
  }
}

}  // namespace forecart
