#include "base/end_signals.h"

#include <algorithm>
#include <ctime>

namespace forecart {

EndSignals::EndSignals() {
  sigemptyset(&set_);
  sigaddset(&set_, SIGTERM);
  sigaddset(&set_, SIGINT);
  pthread_sigmask(SIG_BLOCK, &set_, nullptr);
}

int EndSignals::wait(std::chrono::milliseconds time) const {
  const timespec most{.tv_sec = time.count() / 1000, .tv_nsec = time.count() % 1000 * 1'000'000};
  return std::max(sigtimedwait(&set_, nullptr, &most), 0);
}

EndWatch::EndWatch()
    : thread_([this](const std::stop_token& stop) {
        constexpr std::chrono::milliseconds kLook{50};
        while (!stop.stop_requested() && !interruption_.is_asked()) {
          if (signals_.wait(kLook) != 0) interruption_.ask();
        }
      }) {}

}  // namespace forecart
