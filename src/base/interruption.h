#pragma once

#include <atomic>

namespace forecart {

/// Long work that somebody has asked to end soon. Whoever does the work sets up a scope on its
/// thread; check_interruption, which parallel_for and long loops call, then throws Interrupted.
class Interruption {
 public:
  void ask() { asked_ = true; }
  bool is_asked() const { return asked_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> asked_{false};
};

/// Thrown out of work that was asked to end. Not a std::exception, so that nobody takes it for a
/// failure that can be told, fallen back from or tried again.
struct Interrupted {};

/// While this lives, what this thread does, with the threads that parallel_for has work for it, can
/// be interrupted by `interruption`, which outlives this. None (nullptr): by nobody.
class InterruptionScope {
 public:
  explicit InterruptionScope(const Interruption* interruption);
  ~InterruptionScope();
  InterruptionScope(const InterruptionScope&) = delete;
  InterruptionScope& operator=(const InterruptionScope&) = delete;

 private:
  const Interruption* before_;
};

/// Of the innermost scope of this thread; nullptr where there is none. What parallel_for hands on.
const Interruption* current_interruption();

/// Throws Interrupted where the innermost scope of this thread was asked to end, unless another
/// exception is on its way. Takes a nanosecond.
void check_interruption();

}  // namespace forecart
