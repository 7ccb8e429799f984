#include "store/store.h"

#include "base/error.h"

#include <fmt/format.h>

namespace forecart {

std::vector<std::string> ObjectStore::list(std::string_view prefix) const {
  std::vector<std::string> keys;
  list_objects({.prefix = std::string(prefix), .start_after = ""}, [&](const ObjectInfo& object) {
    keys.push_back(object.key);
    return true;
  });
  return keys;
}

bool is_key(std::string_view key) {
  while (true) {
    const std::size_t slash = key.find('/');
    const std::string_view part = key.substr(0, slash);
    if (part.empty() || part.front() == '.' || part.find('\0') != std::string_view::npos) {
      return false;
    }
    if (slash == std::string_view::npos) return true;
    key.remove_prefix(slash + 1);
  }
}

void check_key(std::string_view key) {
  if (key.size() > kLongestKey) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("key '{}…' has {} bytes; at most {} are possible", key.substr(0, 60),
                            key.size(), kLongestKey));
  }
  if (!is_key(key)) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("key '{}' has an empty part or one that begins with a dot", key));
  }
}

}  // namespace forecart
