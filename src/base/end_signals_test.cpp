#include "base/end_signals.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace forecart {
namespace {

TEST(EndSignals, AskTheWorkToEnd) {
  const pid_t child = fork();
  if (child == 0) {
    const EndWatch watch;
    const bool before = watch.interruption().is_asked();
    kill(getpid(), SIGTERM);  // of the process, not of this thread
    for (int i = 0; i < 500 && !watch.interruption().is_asked(); ++i) usleep(10'000);
    _exit(!before && watch.interruption().is_asked() ? 7 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status)) << "the signal has ended it";
  EXPECT_EQ(WEXITSTATUS(status), 7);
}

}  // namespace
}  // namespace forecart
