#include "pipeline/lasting.h"

#include "pipeline/lease.h"
#include "pipeline/removal_turns.h"
#include "store/forwarding_store.h"
#include "table/scratch_folder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <functional>
#include <thread>

namespace forecart {
namespace {

using std::chrono::milliseconds;

constexpr const char* kKey = "models/one";

/// A store on which something may come between look and removal.
class GappedStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  milliseconds removal_gap() const override { return gap; }
  void put(std::string_view key, std::string_view bytes) override {
    inner().put(key, bytes);
    if (key == kKey && after_put) after_put();
  }
  std::vector<bool> remove_all_unchanged(std::span<const ObjectInfo> objects) override {
    if (before_removal) before_removal();
    return inner().remove_all_unchanged(objects);
  }

  milliseconds gap{200};
  std::function<void()> after_put;
  std::function<void()> before_removal;
};

class LastingTest : public testing::Test {
 protected:
  bool is_removing() const { return is_live_lease(store_.read(kCollecting).value_or(""), now()); }
  Instant now() const { return store_.now(); }
  ObjectInfo info() const { return *store_.info(kKey); }

  ScratchFolder folder_;
  GappedStore store_{open_local_store(folder_ / "store")};
};

TEST_F(LastingTest, WritersGiveUpOnACollectorThatNeverEnds) {
  const auto lease = Lease::take(store_, kCollecting);
  try {
    await_collector(store_, milliseconds(100));
    ADD_FAILURE() << "did not wait";
  } catch (const CollectorBusy& error) {
    EXPECT_EQ(error.code(), ErrorCode::conflict);
  }
}

// A file in many parts, or a host that stood still: the collector has come and gone meanwhile.
TEST_F(LastingTest, WhatWasRemovedDuringALongWriteIsWrittenAgain) {
  int writes = 0;
  store_.after_put = [&] {
    if (++writes > 1) return;
    std::this_thread::sleep_for(milliseconds(150));
    RemovalTurns(store_, no_progress()).remove(std::vector{info()});
    EXPECT_FALSE(store_.exists(kKey));
  };
  put_lasting(store_, kKey, "state");
  EXPECT_EQ(store_.read(kKey), "state");
  EXPECT_EQ(writes, 2);
}

TEST_F(LastingTest, ALongWriteThatNobodyDisturbedIsOne) {
  int writes = 0;
  store_.after_put = [&] {
    ++writes;
    std::this_thread::sleep_for(milliseconds(150));
  };
  put_lasting(store_, kKey, "state");
  EXPECT_EQ(writes, 1);
}

TEST_F(LastingTest, AWriterWaitsForTheEndOfATurnOnly) {
  store_.gap = milliseconds(1200);
  store_.put(kKey, "state");
  std::jthread writer;
  store_.before_removal = [&] {
    if (writer.joinable()) return;
    writer = std::jthread([&] { put_lasting(store_, "models/two", "x"); });
  };
  RemovalTurns turns(store_, no_progress());
  EXPECT_EQ(turns.remove(std::vector{info()}), std::vector{true});
  std::this_thread::sleep_for(milliseconds(1300));
  EXPECT_TRUE(is_removing());
  EXPECT_FALSE(store_.exists("models/two"));
  turns.remove({});  // another turn, with time for writers before it
  EXPECT_TRUE(is_removing());
  EXPECT_TRUE(store_.exists("models/two"));
}

TEST_F(LastingTest, NothingIsRemovedWithoutTheLease) {
  store_.gap = milliseconds(4000);  // a turn lasts as long
  store_.put(kKey, "state");
  RemovalTurns turns(store_, no_progress(), std::chrono::seconds(3));
  turns.remove({});
  nlohmann::json lease = nlohmann::json::parse(*store_.read(kCollecting));
  lease["holder"] = "another";
  lease["until"] = "2199-01-01T00:00:00Z";
  store_.put(kCollecting, lease.dump());
  std::this_thread::sleep_for(milliseconds(2500));  // renewed each second, on a busy machine later
  EXPECT_THROW(turns.remove(std::vector{info()}), Error);
  EXPECT_TRUE(store_.exists(kKey));
}

TEST_F(LastingTest, OneCollectorAtATime) {
  const RemovalTurns turns(store_, no_progress());
  EXPECT_THROW(RemovalTurns(store_, no_progress()), Error);
}

}  // namespace
}  // namespace forecart
