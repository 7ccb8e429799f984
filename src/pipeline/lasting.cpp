#include "pipeline/lasting.h"

#include "base/error.h"
#include "pipeline/lease.h"

#include <fmt/format.h>

#include <thread>

namespace forecart {

bool is_lasting(const ObjectStore& store, std::string_view key) {
  const auto info = store.info(key);
  return info && store.now() - info->modified < kNamedWithin;
}

void put_lasting(ObjectStore& store, std::string_view key, std::string_view bytes) {
  if (is_lasting(store, key)) return;
  await_collector(store);
  store.put(key, bytes);
}

void keep_lasting(ObjectStore& store, const std::string& key) {
  if (is_lasting(store, key)) return;
  const auto bytes = store.read(key);
  if (!bytes) {
    throw Error(ErrorCode::not_found, fmt::format("'{}' has vanished from the repository", key));
  }
  await_collector(store);
  store.put(key, *bytes);
}

void await_collector(const ObjectStore& store) {
  if (store.removal_gap() == std::chrono::milliseconds(0)) return;
  constexpr std::chrono::milliseconds kBetweenLooks{500};
  while (true) {
    const auto lease = store.read(kCollecting);
    if (!lease || !is_live_lease(*lease, store.now())) return;
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

}  // namespace forecart
