#pragma once

#include <chrono>
#include <stop_token>

namespace forecart {

/// When to try again: after a random wait between nothing and a bound that doubles with each try
/// ("full jitter"), and not after the deadline. What is random here changes no result.
class Retry {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Retry(std::chrono::milliseconds deadline) : end_(Clock::now() + deadline) {}

  /// Waits, at least so long; false, without waiting, where the deadline would pass meanwhile, and
  /// at once where it is asked to stop.
  bool wait(std::chrono::milliseconds least = {}, const std::stop_token& stop = {});
  int tries() const { return tries_; }
  /// What is left, at least a second.
  std::chrono::milliseconds left() const;

 private:
  Clock::time_point end_;
  int tries_ = 1;
};

/// The bound of the wait after so many tries.
std::chrono::milliseconds longest_wait(int tries);

}  // namespace forecart
