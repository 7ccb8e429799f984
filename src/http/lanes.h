#pragma once

#include "monitoring/metric_set.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>

namespace forecart {

/// Kinds of work that may wait or takes long: much of one leaves the threads of the others alone.
enum class Lane {
  quick,     ///< looks at the store for little
  password,  ///< a slow hash
  heavy,     ///< sums, tables and forecasts that keep a processor busy
  intake,    ///< files that came, on their way to the store
  outside,   ///< waits for other hosts
  reports,   ///< whole files of many answers, or waits for another that makes the same one
};
inline constexpr std::size_t kLanes = 6;

struct LaneLimit {
  unsigned threads;          ///< so much of it at a time
  std::size_t most_waiting;  ///< more is refused
};

struct LaneLimits {
  /// By Lane. Of heavy work as much as there are processors, and two at least.
  static std::array<LaneLimit, kLanes> defaults();

  std::array<LaneLimit, kLanes> lanes = defaults();
  std::chrono::milliseconds longest_wait{30'000};  ///< what waited longer is refused

  LaneLimit& of(Lane lane) { return lanes[static_cast<std::size_t>(lane)]; }
};

/// Work on threads, in its lane, first come first served. All but `Job::work` runs on the thread of
/// `io`, which alone may call it.
class Lanes {
 public:
  struct Job {
    std::function<bool()> is_wanted;  ///< asked when its turn comes; else it is dropped
    std::function<void()> work;       ///< on a thread that may wait; never throws
    std::function<void()> then;       ///< afterwards
    std::function<void()> refuse;     ///< instead of both, where too much waits or it did too long
  };

  Lanes(boost::asio::io_context& io, const LaneLimits& limits, MetricSet& metrics);

  void add(Lane lane, Job job);
  /// Ends with the work that has begun, however long that takes; what waits is dropped.
  void join();

 private:
  using Clock = std::chrono::steady_clock;
  struct Waiting {
    Job job;
    Clock::time_point since;
  };
  struct State {
    unsigned running = 0;
    std::deque<Waiting> waiting{};
  };

  void begin(std::size_t lane, Job job);
  void begin_next(std::size_t lane);
  void tell(std::size_t lane);

  boost::asio::io_context& io_;
  LaneLimits limits_;
  MetricSet& metrics_;
  std::array<State, kLanes> states_;
  boost::asio::thread_pool threads_;
};

}  // namespace forecart
