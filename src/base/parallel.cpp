#include "base/parallel.h"

#include "base/interruption.h"
#include "base/work_clock.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace forecart {

namespace {

/// The indices still to be done and the first exception, shared by the threads of one loop.
class Loop {
 public:
  Loop(std::size_t count, const std::function<void(std::size_t)>& body)
      : count_(count), body_(body) {}

  /// Takes one index after the other until none is left or a body has thrown.
  void work() {
    for (std::size_t i = next_++; i < count_; i = next_++) {
      try {
        check_interruption();
        body_(i);
      } catch (...) {
        const std::lock_guard lock(mutex_);
        if (!error_) error_ = std::current_exception();
        next_ = count_;
      }
    }
  }

  /// The same in a thread of its own, whose work counts for whoever asked for the loop.
  void work_for_another() {
    const double start = work_seconds();
    const InterruptionScope scope(interruption_);
    work();
    const std::lock_guard lock(mutex_);
    others_ += work_seconds() - start;
  }

  /// Core-seconds of other threads; once they are done.
  double others() const { return others_; }

  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  std::size_t count_;
  const std::function<void(std::size_t)>& body_;
  const Interruption* interruption_ = current_interruption();  ///< of whoever asked for the loop
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::exception_ptr error_;
  double others_ = 0;
};

}  // namespace

unsigned available_threads() {
  return std::max(1U, std::thread::hardware_concurrency());
}

void parallel_for(std::size_t count, unsigned threads,
                  const std::function<void(std::size_t)>& body) {
  constexpr unsigned kMost = 256;  // more threads than any of our hosts has cores only cost memory
  const std::size_t width =
      std::min<std::size_t>(count, threads == 0 ? available_threads() : std::min(threads, kMost));
  Loop loop(count, body);
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < width; ++i) others.emplace_back([&loop] { loop.work_for_another(); });
  loop.work();
  others.clear();  // joins
  add_work(loop.others());
  loop.rethrow();
}

}  // namespace forecart
