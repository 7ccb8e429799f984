#include "net/retry.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <random>

namespace forecart {

namespace {

constexpr std::chrono::milliseconds kFirst{50};
constexpr std::chrono::milliseconds kMost{5000};

/// Between 0 and 1; other in each thread and process, so that clients do not come back together.
double random_share() {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

}  // namespace

std::chrono::milliseconds longest_wait(int tries) {
  const int doublings = std::clamp(tries - 1, 0, 20);
  return std::min(kMost, kFirst * (1 << doublings));
}

bool Retry::wait(std::chrono::milliseconds least, const std::stop_token& stop) {
  const auto pause = std::max(least, std::chrono::duration_cast<std::chrono::milliseconds>(
                                         random_share() * longest_wait(tries_)));
  if (pause >= end_ - Clock::now()) return false;  // no sum that a long wait could overflow
  ++tries_;
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any never;
  never.wait_for(lock, stop, pause, [] { return false; });
  return !stop.stop_requested();
}

std::chrono::milliseconds Retry::left() const {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - Clock::now());
  return std::max(left, std::chrono::milliseconds(1000));
}

}  // namespace forecart
