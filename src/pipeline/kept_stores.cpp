#include "pipeline/kept_stores.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>

namespace forecart {

namespace {

constexpr std::int64_t kMostBytes = 64 << 20U;  // of each store: once in memory, once on disk

struct Kept {
  std::mutex mutex;
  bool keeps = false;
  std::map<std::string, KeptStore> stores;
};

Kept& kept() {
  static Kept all;
  return all;
}

}  // namespace

void keep_stores() {
  kept().keeps = true;
}

void begin_call_of_kept_stores() {
  const std::lock_guard lock(kept().mutex);
  for (const auto& [location, one] : kept().stores) one.memory->begin_call();
}

KeptStore open_or_kept_store(const StoreLocation& location) {
  if (!kept().keeps || location.is_local()) return {open_store(location), nullptr};
  const std::lock_guard lock(kept().mutex);
  KeptStore& one = kept().stores[location.text()];
  if (!one.store) {
    one.store = open_store(location);
    one.memory = std::make_shared<StoreMemory>(one.store, remembered_in_repository, kMostBytes);
  }
  return one;
}

Remembered remembered_in_repository(std::string_view key) {
  const auto begins = [key](std::string_view room) { return key.starts_with(room); };
  if (begins("models/") || begins("raw/")) return Remembered::forever;  // named by their hash
  constexpr std::array<std::string_view, 3> kWrittenOnce{"runs/", "sales/", "uploads/"};
  if (std::ranges::any_of(kWrittenOnce, begins)) return Remembered::listed;
  const bool settings = key == "forecart.json" || key == "prices.toml" || begins("datasets/");
  return settings ? Remembered::call : Remembered::no;
}

}  // namespace forecart
