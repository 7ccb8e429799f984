#include "aws/deadline.h"

#include <algorithm>

namespace forecart {

Deadline::Deadline(Clock::time_point end) : end_(end), around_(current_interruption()) {
  thread_ = std::thread([this] { wait(); });
}

void Deadline::wait() {
  constexpr std::chrono::milliseconds kLook{100};
  std::unique_lock lock(mutex_);
  const auto is_over = [this] { return is_over_; };
  while (Clock::now() < end_ && (around_ == nullptr || !around_->is_asked())) {
    const auto until = around_ == nullptr ? end_ : std::min(end_, Clock::now() + kLook);
    if (over_.wait_until(lock, until, is_over)) return;
  }
  interruption_.ask();
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
