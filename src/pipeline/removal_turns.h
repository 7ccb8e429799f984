#pragma once

#include "base/progress.h"
#include "pipeline/lease.h"

#include <chrono>
#include <memory>
#include <span>
#include <vector>

namespace forecart {

/// Removes objects that others may be about to write again. On a store where something may come
/// between the last look at an object and its removal it does so in turns: a turn takes the lease
/// kCollecting, which holds back writers, waits the store's removal_gap, until writes that were
/// under way have ended, removes for as long again, and leaves the store to writers for half of
/// that. Elsewhere all goes at once. See lasting.h.
class RemovalTurns {
 public:
  /// Throws Error conflict where another does the same on such a store. `valid` is for leases.
  RemovalTurns(ObjectStore& store, Progress& progress,
               std::chrono::seconds valid = std::chrono::minutes(5));

  /// ObjectStore::remove_all_unchanged; begins a turn where none is under way, or the last one has
  /// taken its time or lost its lease. Throws Error unavailable where no lease can be kept.
  std::vector<bool> remove(std::span<const ObjectInfo> batch);

 private:
  using Clock = std::chrono::steady_clock;

  void begin_turn();

  ObjectStore& store_;
  Progress& progress_;
  std::chrono::milliseconds gap_;
  std::chrono::seconds valid_;
  std::unique_ptr<Lease> alone_;  ///< against others who collect, all the time
  std::unique_ptr<Lease> turn_;
  Clock::time_point turn_ends_;
};

/// Who collects garbage, on a store with a removal_gap.
inline constexpr const char* kCollector = "work/collector.json";

}  // namespace forecart
