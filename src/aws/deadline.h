#pragma once

#include "base/interruption.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace forecart {

/// Asks work to end at a moment, as long as it lives; sooner where the thread that makes it is
/// interrupted itself.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Deadline(Clock::time_point end);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  const Interruption& interruption() const { return interruption_; }
  /// From when this was made.
  std::chrono::duration<double> whole() const { return end_ - begun_; }
  bool has_passed() const { return Clock::now() >= end_ || interruption_.is_asked(); }

 private:
  void wait();

  Clock::time_point begun_ = Clock::now();
  Clock::time_point end_;
  const Interruption* around_;
  Interruption interruption_;
  std::mutex mutex_;
  std::condition_variable over_;
  bool is_over_ = false;
  std::thread thread_;
};

}  // namespace forecart
