#include "models/state_shelf.h"

namespace forecart {

using nlohmann::json;

json StateShelf::put_list(std::size_t size, const NextElement& next) {
  json list = json::array();
  for (std::size_t i = 0; i < size; ++i) list.push_back(next());
  return list;
}

json StateShelf::put_map(std::size_t size, const NextEntry& next) {
  json map = json::object();
  for (std::size_t i = 0; i < size; ++i) {
    auto [name, element] = next();
    map[name] = std::move(element);
  }
  return map;
}

void StateShelf::each(const json& value, const Visit& visit) const {
  if (value.is_object()) {
    for (const auto& [name, element] : value.items()) visit(name, element);
    return;
  }
  for (const json& element : value.get_ref<const json::array_t&>()) visit("", element);
}

}  // namespace forecart
