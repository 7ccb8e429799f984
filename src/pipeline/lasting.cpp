#include "pipeline/lasting.h"

#include "base/error.h"

#include <fmt/format.h>

namespace forecart {

bool is_lasting(const ObjectStore& store, std::string_view key) {
  const auto info = store.info(key);
  return info && store.now() - info->modified < kNamedWithin;
}

void put_lasting(ObjectStore& store, std::string_view key, std::string_view bytes) {
  if (!is_lasting(store, key)) store.put(key, bytes);
}

void keep_lasting(ObjectStore& store, const std::string& key) {
  if (is_lasting(store, key)) return;
  const auto bytes = store.read(key);
  if (!bytes) {
    throw Error(ErrorCode::not_found, fmt::format("'{}' has vanished from the repository", key));
  }
  store.put(key, *bytes);
}

}  // namespace forecart
