#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>

namespace forecart {

/// Data sets that somebody should look at. Only a hint, kept in memory: what there is to do is told
/// by the store (waiting_work). Safe for several threads.
class Bell {
 public:
  using Clock = std::chrono::steady_clock;

  /// What was rung since the last wait.
  struct Rung {
    bool all = false;
    std::set<std::string> datasets;
  };

  void ring(const std::string& dataset);
  void ring_all();
  /// Ends a wait with nothing to look at.
  void wake();

  /// Returns when anything was rung, or at that time.
  Rung wait_until(Clock::time_point time);

 private:
  std::mutex mutex_;
  std::condition_variable rang_;
  Rung rung_;
  bool woken_ = false;
};

}  // namespace forecart
