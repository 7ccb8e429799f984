#include "pipeline/lasting.h"

#include "pipeline/lease.h"

#include <fmt/format.h>

#include <thread>

namespace forecart {

namespace {

using Clock = std::chrono::steady_clock;

std::string last_claim(const ObjectStore& store) {
  return store.read(kCollecting).value_or("");
}

}  // namespace

bool is_lasting(const ObjectStore& store, std::string_view key) {
  const auto info = store.info(key);
  return info && store.now() - info->modified < kNamedWithin;
}

void put_lasting(ObjectStore& store, std::string_view key, std::string_view bytes) {
  if (is_lasting(store, key)) return;
  write_past_collector(store, key, [&] { store.put(key, bytes); });
}

void put_file_lasting(ObjectStore& store, std::string_view key, const std::filesystem::path& file) {
  if (is_lasting(store, key)) return;
  write_past_collector(store, key, [&] { store.put_file(key, file); });
}

void keep_lasting(ObjectStore& store, const std::string& key) {
  if (is_lasting(store, key)) return;
  const auto bytes = store.read(key);
  if (!bytes) {
    throw Error(ErrorCode::not_found, fmt::format("'{}' has vanished from the repository", key));
  }
  write_past_collector(store, key, [&] { store.put(key, *bytes); });
}

void write_past_collector(const ObjectStore& store, std::string_view key,
                          const std::function<void()>& write) {
  const auto gap = store.removal_gap();
  if (gap == std::chrono::milliseconds(0)) return write();
  constexpr int kTries = 5;
  for (int i = 0; i < kTries; ++i) {
    const std::string claim = await_collector(store);
    const auto begun = Clock::now();
    write();
    // a turn that began after our look waits longer than this before it removes anything
    if (Clock::now() - begun < gap / 2 || last_claim(store) == claim) return;
    await_collector(store);
    if (store.exists(key)) return;  // and young: later turns leave it
  }
  throw CollectorBusy(
      fmt::format("forecart gc removed '{}' whenever it was written; try again", key));
}

std::string await_collector(const ObjectStore& store, std::chrono::milliseconds longest) {
  if (store.removal_gap() == std::chrono::milliseconds(0)) return "";
  constexpr std::chrono::milliseconds kBetweenLooks{500};
  const auto begun = Clock::now();
  while (true) {
    std::string claim = last_claim(store);
    if (!is_live_lease(claim, store.now())) return claim;
    if (Clock::now() - begun >= longest) {
      throw CollectorBusy(fmt::format(
          "forecart gc has been removing for {:.0f} minutes ('{}' says who); try again when it is "
          "done",
          std::chrono::duration<double, std::ratio<60>>(longest).count(), kCollecting));
    }
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

}  // namespace forecart
