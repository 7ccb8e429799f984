#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// What a child process may use; 0 is no limit.
struct WorkerLimits {
  std::int64_t memory_bytes = 0;  ///< of address space
  std::chrono::milliseconds time{0};
  std::chrono::milliseconds grace{30'000};  ///< between the request to end and the end by force
};

/// How a child process ended.
struct WorkerEnd {
  int status = 0;  ///< exit status, where it ended by itself
  int signal = 0;  ///< that ended it, else 0
  bool timed_out = false;
  std::string out{};  ///< at most kMostOutput bytes of stdout
  std::string err{};  ///< the last kMostErrors bytes of stderr
  double seconds = 0;
};

inline constexpr std::size_t kMostOutput = 1 << 20;
inline constexpr std::size_t kMostErrors = 4096;
/// Begins lines of stderr that tell how far the work is, as JSON; they are no errors.
inline constexpr std::string_view kProgressMark = "\x1eprogress ";

/// A child process in a group of its own, so that signals of a terminal reach it through us only.
class Worker {
 public:
  /// Starts it. `command` is program and arguments; `hear` gets what follows the mark in lines of
  /// progress, from the thread that waits. Throws Error unavailable where it cannot.
  Worker(const std::vector<std::string>& command, const WorkerLimits& limits,
         std::function<void(const std::string& progress)> hear = nullptr);
  /// Ends it by force if it still runs.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Waits for its end; once.
  WorkerEnd wait();
  /// Asks it to end, from any thread; by force after the grace.
  void end();

 private:
  using Clock = std::chrono::steady_clock;

  void send(int signal);
  void read_until_closed(WorkerEnd& end);
  void take_progress(std::string& lines) const;
  void hold_to_limits(WorkerEnd& end);

  WorkerLimits limits_;
  std::function<void(const std::string&)> hear_;
  Clock::time_point began_;
  pid_t process_ = 0;
  int out_ = -1;
  int err_ = -1;
  std::mutex mutex_;  ///< of what follows
  bool reaped_ = false;
  std::optional<Clock::time_point> asked_to_end_;
};

}  // namespace forecart
