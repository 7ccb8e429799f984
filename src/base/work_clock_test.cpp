#include "base/work_clock.h"

#include "base/parallel.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace forecart {
namespace {

constexpr double kShort = .02;

void work() {
  const double start = work_seconds();
  while (work_seconds() < start + kShort) {
  }
}

TEST(WorkClock, CountsWhatOtherThreadsDidForThisOne) {
  for (const unsigned threads : {1U, 2U, 4U}) {
    const double start = work_seconds();
    parallel_for(4, threads, [](std::size_t) { work(); });
    EXPECT_GE(work_seconds() - start, 4 * kShort) << threads;
    EXPECT_LT(work_seconds() - start, 8 * kShort) << threads;
  }
}

TEST(WorkClock, CountsLoopsInLoops) {
  const double start = work_seconds();
  parallel_for(2, 2, [](std::size_t) { parallel_for(2, 2, [](std::size_t) { work(); }); });
  EXPECT_GE(work_seconds() - start, 4 * kShort);
}

TEST(WorkClock, StandsStillWhileWaiting) {
  const double start = work_seconds();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_LT(work_seconds() - start, kShort);
}

}  // namespace
}  // namespace forecart
