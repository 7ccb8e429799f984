#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <utility>

namespace forecart {

/// Takes the long lists and maps of a state while it is saved, what is kept for each series, and
/// gives them back while it is read, so that only a few of their elements are in memory as JSON at
/// a time. This one takes nothing: states stay whole.
class StateShelf {
 public:
  using NextElement = std::function<nlohmann::json()>;
  using NextEntry = std::function<std::pair<std::string, nlohmann::json>()>;
  using Visit = std::function<void(const std::string& name, const nlohmann::json& element)>;

  virtual ~StateShelf() = default;

  /// What stands in a state for a list, whose elements `next` gives one after the other.
  virtual nlohmann::json put_list(std::size_t size, const NextElement& next);
  /// For a map, likewise; names ascend.
  virtual nlohmann::json put_map(std::size_t size, const NextEntry& next);

  /// Calls `visit` for the elements of what stands for a list or map; names are empty in lists.
  /// Throws Error for parts that are gone or damaged, nlohmann's exception for what is neither.
  virtual void each(const nlohmann::json& value, const Visit& visit) const;
  /// The value with all of it in place.
  virtual nlohmann::json whole(const nlohmann::json& value) const { return value; }
};

}  // namespace forecart
