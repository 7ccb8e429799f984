#include "aws/deadline.h"

namespace forecart {

Deadline::Deadline(Clock::time_point end) : end_(end) {
  thread_ = std::thread([this] {
    std::unique_lock lock(mutex_);
    if (!over_.wait_until(lock, end_, [this] { return is_over_; })) interruption_.ask();
  });
}

Deadline::~Deadline() {
  {
    const std::scoped_lock lock(mutex_);
    is_over_ = true;
  }
  over_.notify_all();
  thread_.join();
}

}  // namespace forecart
