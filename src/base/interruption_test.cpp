#include "base/interruption.h"

#include "base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

namespace forecart {
namespace {

TEST(Interruption, NobodyIsInterruptedOutsideOfAScope) {
  Interruption interruption;
  interruption.ask();
  EXPECT_NO_THROW(check_interruption());
  {
    const InterruptionScope scope(&interruption);
    EXPECT_THROW(check_interruption(), Interrupted);
    const InterruptionScope inner(nullptr);
    EXPECT_NO_THROW(check_interruption());
  }
  EXPECT_NO_THROW(check_interruption());
}

TEST(Interruption, ReachesTheThreadsOfALoop) {
  for (const unsigned threads : {1U, 4U}) {
    Interruption interruption;
    const InterruptionScope scope(&interruption);
    std::atomic<int> done = 0;
    const auto loop = [&] {
      parallel_for(1000, threads, [&](std::size_t) {
        parallel_for(2, 2, [&](std::size_t) { check_interruption(); });
        if (++done == 10) interruption.ask();
      });
    };
    EXPECT_THROW(loop(), Interrupted);
    EXPECT_GE(done, 10);
    EXPECT_LT(done, 10 + static_cast<int>(threads)) << "those under way, and no more";
  }
}

TEST(Interruption, IsNoFailure) {
  Interruption interruption;
  interruption.ask();
  const InterruptionScope scope(&interruption);
  const auto falls_back = [] {
    try {
      check_interruption();
    } catch (const std::exception&) {
      return true;
    }
    return false;
  };
  EXPECT_THROW(falls_back(), Interrupted);
}

/// Checks while it goes.
struct Checking {
  ~Checking() {
    try {
      check_interruption();
      quiet = true;
    } catch (const Interrupted&) {
    }
  }
  bool& quiet;
};

TEST(Interruption, LeavesWhatCleansUpAlone) {
  Interruption interruption;
  interruption.ask();
  const InterruptionScope scope(&interruption);
  bool quiet = false;
  try {
    const Checking checking{quiet};
    throw std::runtime_error("another reason");
  } catch (const std::runtime_error&) {
  }
  EXPECT_TRUE(quiet);
}

}  // namespace
}  // namespace forecart
