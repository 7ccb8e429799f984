#include "automation/bell.h"

#include <utility>

namespace forecart {

void Bell::ring(const std::string& dataset) {
  {
    const std::scoped_lock lock(mutex_);
    rung_.datasets.insert(dataset);
    woken_ = true;
  }
  rang_.notify_one();
}

void Bell::ring_all() {
  {
    const std::scoped_lock lock(mutex_);
    rung_.all = true;
    woken_ = true;
  }
  rang_.notify_one();
}

void Bell::wake() {
  {
    const std::scoped_lock lock(mutex_);
    woken_ = true;
  }
  rang_.notify_one();
}

Bell::Rung Bell::wait_until(Clock::time_point time) {
  std::unique_lock lock(mutex_);
  rang_.wait_until(lock, time, [this] { return woken_; });
  woken_ = false;
  return std::exchange(rung_, {});
}

}  // namespace forecart
