#include "http/lanes.h"

#include "monitoring/metric_set.h"

#include <boost/asio/executor_work_guard.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

namespace forecart {
namespace {

/// What a job holds, such as a connection, may be touched on the thread of `io` alone, and so may
/// its end. Of many jobs, as which thread is quicker is chance.
TEST(Lanes, AJobEndsOnTheThreadOfIo) {
  constexpr int kJobs = 5000;
  boost::asio::io_context io;
  MetricSet metrics;
  Lanes lanes(io, {}, metrics);
  int done = 0;
  std::atomic<int> elsewhere{0};
  const auto here = std::this_thread::get_id();
  const auto held = [&] {
    return std::shared_ptr<int>(new int(0), [&elsewhere, here](const int* number) {
      if (std::this_thread::get_id() != here) ++elsewhere;
      delete number;
    });
  };
  for (int i = 0; i < kJobs; ++i) {
    lanes.add(Lane::quick, {.is_wanted = [] { return true; },
                            .work = [] {},
                            .then = [&done, token = held()] { ++done; },
                            .refuse = [] {}});
  }
  auto stays = boost::asio::make_work_guard(io);
  while (done < kJobs) io.run_one();
  lanes.join();
  EXPECT_EQ(elsewhere, 0);
}

}  // namespace
}  // namespace forecart
