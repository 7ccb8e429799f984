#include "net/retry.h"

#include <gtest/gtest.h>

#include <thread>

namespace forecart {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(Retry, WaitsDoubleUpToABoundAndEndAtTheDeadline) {
  EXPECT_EQ(longest_wait(1).count(), 50);
  EXPECT_EQ(longest_wait(3).count(), 200);
  EXPECT_EQ(longest_wait(100).count(), 5000);
  Retry retry(milliseconds(120));
  const auto start = Retry::Clock::now();
  while (retry.wait()) {
  }
  EXPECT_LE(Retry::Clock::now() - start, milliseconds(500));
  EXPECT_GT(retry.tries(), 1);
  EXPECT_EQ(retry.left(), std::chrono::seconds(1));
}

TEST(Retry, WaitsAsLongAsItIsTold) {
  Retry retry(milliseconds(1000));
  const auto start = Retry::Clock::now();
  EXPECT_TRUE(retry.wait(milliseconds(100)));
  EXPECT_GE(Retry::Clock::now() - start, milliseconds(100));
  EXPECT_FALSE(retry.wait(hours(24 * 365 * 200)));
  EXPECT_EQ(retry.tries(), 2);
}

TEST(Retry, EndsItsWaitWhereItIsAskedTo) {
  Retry retry(milliseconds(60'000));
  std::stop_source stop;
  const auto start = Retry::Clock::now();
  std::jthread asking([&] {
    std::this_thread::sleep_for(milliseconds(30));
    stop.request_stop();
  });
  EXPECT_FALSE(retry.wait(milliseconds(30'000), stop.get_token()));
  EXPECT_LE(Retry::Clock::now() - start, milliseconds(5000));
}

}  // namespace
}  // namespace forecart
