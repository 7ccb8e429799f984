#include "pipeline/work_queue.h"
#include "table/scratch_folder.h"

#include "automation/bell.h"
#include "automation/folder_watch.h"
#include "automation/work_list.h"
#include "automation/worker.h"
#include "automation/worker_report.h"
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

namespace forecart {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

Bell::Clock::time_point soon() {
  return Bell::Clock::now() + 5s;
}

TEST(Bell, TellsWhatWasRungOnce) {
  Bell bell;
  bell.ring("b");
  bell.ring("a");
  bell.ring("b");
  EXPECT_EQ(bell.wait_until(soon()).datasets, (std::set<std::string>{"a", "b"}));
  const Bell::Rung rung = bell.wait_until(Bell::Clock::now() + 1ms);
  EXPECT_TRUE(rung.datasets.empty() && !rung.all);
  bell.ring_all();
  EXPECT_TRUE(bell.wait_until(soon()).all);
}

TEST(WorkList, HighestPriorityThenLongestWait) {
  WorkList list;
  const auto now = Bell::Clock::now();
  list.put("first", 0, now, now);
  list.put("second", 0, now, now);
  list.put("important", 5, now, now);
  list.put("later", 9, now + 1h, now);
  list.put("first", 0, now, now + 1s);  // seen again: it keeps its place
  std::string order;
  while (const auto next = list.take(now)) order += next->dataset + " ";
  EXPECT_EQ(order, "important first second ");
  EXPECT_EQ(list.next_due(), now + 1h);
  list.keep_only({});
  EXPECT_FALSE(list.next_due());
}

class FolderWatchTest : public ::testing::Test {
 protected:
  /// Waits until a data set is rung.
  bool hears(const std::string& dataset) {
    const auto end = soon();
    while (Bell::Clock::now() < end) {
      const Bell::Rung rung = bell_.wait_until(end);
      if (rung.all || rung.datasets.contains(dataset)) return true;
    }
    return false;
  }
  bool is_silent() {
    const Bell::Rung rung = bell_.wait_until(Bell::Clock::now() + 200ms);
    return !rung.all && rung.datasets.empty();
  }

  ScratchFolder scratch_;
  fs::path inbox_ = scratch_ / "inbox";
  Bell bell_;
};

TEST_F(FolderWatchTest, AFileIsToldOnceItIsClosed) {
  fs::create_directories(inbox_ / "orders");
  const FolderWatch watch(inbox_, bell_, nullptr);
  std::ofstream file(inbox_ / "orders" / "a.csv");
  file << "half" << std::flush;
  EXPECT_TRUE(is_silent());
  file.close();
  EXPECT_TRUE(hears("orders"));
}

TEST_F(FolderWatchTest, NewAndDeepFoldersAreWatched) {
  const FolderWatch watch(inbox_, bell_, nullptr);
  fs::create_directories(inbox_ / "new" / "2024" / "05");
  EXPECT_TRUE(hears("new"));
  while (!is_silent()) {
  }
  std::ofstream(inbox_ / "new" / "2024" / "05" / "a.csv") << "x";
  EXPECT_TRUE(hears("new"));
}

TEST_F(FolderWatchTest, WhatIsMovedInIsTold) {
  fs::create_directories(inbox_ / "orders");
  const FolderWatch watch(inbox_, bell_, nullptr);
  std::ofstream(scratch_ / "a.csv") << "x";
  fs::rename(scratch_ / "a.csv", inbox_ / "orders" / "a.csv");
  EXPECT_TRUE(hears("orders"));
  fs::create_directories(scratch_ / "other");
  fs::rename(scratch_ / "other", inbox_ / "moved");
  EXPECT_TRUE(hears("moved"));
  while (!is_silent()) {
  }
  std::ofstream(inbox_ / "moved" / "a.csv") << "x";
  EXPECT_TRUE(hears("moved"));
}

TEST(Worker, TellsWhatItSaidAndHowItEnded) {
  Worker worker({"/bin/sh", "-c", "echo out; echo err >&2; exit 3"}, {});
  const WorkerEnd end = worker.wait();
  EXPECT_EQ(end.out, "out\n");
  EXPECT_EQ(end.err, "err\n");
  EXPECT_EQ(end.status, 3);
  EXPECT_EQ(end.signal, 0);
}

TEST(Worker, TellsHowFarItIsWhileItWorks) {
  std::vector<std::string> told;
  Worker worker({"/bin/sh", "-c",
                 R"(printf 'a\n\036progress {"x":1}\nb\n\036prog' >&2; sleep .2; )"
                 R"(printf 'ress {"x":2}\nc\n' >&2)"},
                {}, [&told](const std::string& line) { told.push_back(line); });
  const WorkerEnd end = worker.wait();
  EXPECT_EQ(told, (std::vector<std::string>{R"({"x":1})", R"({"x":2})"}));
  EXPECT_EQ(end.err, "a\nb\nc\n") << "errors alone";
}

TEST(Worker, ItsOutputIsBounded) {
  Worker worker({"/bin/sh", "-c", "head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2"}, {});
  const WorkerEnd end = worker.wait();
  EXPECT_EQ(end.out.size(), kMostOutput);
  EXPECT_EQ(end.err.size(), kMostErrors);
}

TEST(Worker, TimeRunsOut) {
  Worker worker({"/bin/sleep", "60"}, {.time = 100ms});
  const WorkerEnd end = worker.wait();
  EXPECT_TRUE(end.timed_out);
  EXPECT_EQ(end.signal, SIGTERM);
}

TEST(Worker, WhoDoesNotEndIsEndedByForce) {
  Worker worker({"/bin/sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"}, {.grace = 300ms});
  std::thread asking([&] {
    std::this_thread::sleep_for(300ms);
    worker.end();
  });
  EXPECT_EQ(worker.wait().signal, SIGKILL);
  asking.join();
}

TEST(Worker, MemoryIsBounded) {
  Worker worker({"/bin/sh", "-c", "sleep 0.2; ulimit -v"}, {.memory_bytes = 512 << 20});
  EXPECT_EQ(worker.wait().out, "524288\n");
}

TEST(Worker, InheritsNoSocket) {
  const int listening = socket(AF_INET, SOCK_STREAM, 0);  // as a library may open it: inherited
  ASSERT_GE(listening, 0);
  ASSERT_EQ(listen(listening, 1), 0);
  Worker worker({"/bin/sh", "-c", "ls -l /proc/self/fd"}, {});
  const WorkerEnd end = worker.wait();
  close(listening);
  EXPECT_EQ(end.status, 0) << end.err;
  EXPECT_NE(end.out.find("pipe:"), std::string::npos) << end.out;
  EXPECT_EQ(end.out.find("socket:"), std::string::npos) << end.out;
}

TEST(WorkerReport, OfOneThatDied) {
  WorkerEnd end;
  end.signal = SIGKILL;
  end.err = "a\nout of memory\n";
  const WorkerReport report = read_report("orders", end);
  EXPECT_FALSE(report.recorded);
  EXPECT_EQ(report.event.kind, StageEvent::Kind::failed);
  EXPECT_EQ(report.event.code, "crashed");
  EXPECT_NE(report.event.message.find("out of memory"), std::string::npos);
  end.err = "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  no\n";
  EXPECT_EQ(read_report("orders", end).event.code, "memory_limit");
  for (const char* out : {"", "{", "[]", R"({"datasets":[]})", R"({"datasets":[{"busy":3}]})"}) {
    EXPECT_FALSE(read_report("orders", {.out = out}).recorded) << out;
  }
}

}  // namespace
}  // namespace forecart
