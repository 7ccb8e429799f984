#include "pipeline/removal_turns.h"

#include "base/error.h"
#include "pipeline/lasting.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace forecart {

namespace {

/// Objects between two looks at the lease: a server may want a request for each.
constexpr std::size_t kAtOnce = 200;

std::unique_ptr<Lease> take_alone(ObjectStore& store, const char* key, std::chrono::seconds valid) {
  auto lease = Lease::take(store, key, valid);
  if (lease) return lease;
  throw Error(ErrorCode::conflict,
              fmt::format("another forecart gc is at work on this repository ('{}' says who); wait "
                          "until it is done",
                          key));
}

}  // namespace

RemovalTurns::RemovalTurns(ObjectStore& store, Progress& progress, std::chrono::seconds valid)
    : store_(store), progress_(progress), gap_(store.removal_gap()), valid_(valid) {
  if (gap_ > std::chrono::milliseconds(0)) alone_ = take_alone(store, kCollector, valid);
}

std::vector<bool> RemovalTurns::remove(std::span<const ObjectInfo> batch) {
  std::vector<bool> gone;
  do {
    if (alone_ && (!turn_ || !turn_->is_held() || Clock::now() >= turn_ends_)) begin_turn();
    const auto part = batch.first(std::min(batch.size(), kAtOnce));
    const std::vector<bool> of_part = store_.remove_all_unchanged(part);
    gone.insert(gone.end(), of_part.begin(), of_part.end());
    batch = batch.subspan(part.size());
  } while (!batch.empty());
  return gone;
}

void RemovalTurns::begin_turn() {
  constexpr int kTries = 3;
  for (int i = 0; i < kTries; ++i) {
    if (turn_) {
      turn_.reset();
      std::this_thread::sleep_for(gap_ / 2);
    }
    turn_ = take_alone(store_, kCollecting, valid_);
    progress_.note(fmt::format("waiting {:.0f} s until writes under way have ended",
                               std::chrono::duration<double>(gap_).count()));
    std::this_thread::sleep_for(gap_);
    turn_ends_ = Clock::now() + gap_;
    if (turn_->is_held()) return;
  }
  throw Error(ErrorCode::unavailable,
              fmt::format("the lease '{}' cannot be kept, so nothing more was removed; try again",
                          kCollecting));
}

}  // namespace forecart
