#include "server/transfers.h"

#include "table/expect_error.h"
#include "table/scratch_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <limits>

namespace forecart {
namespace {

namespace fs = std::filesystem;

TEST(Transfers, NobodyHasThemAll) {
  const ScratchFolder folder;
  Transfers transfers(folder / "transfers");
  std::string last;
  for (std::size_t i = 0; i < kMostTransfersOfOwner; ++i) {
    last = transfers.begin("orders", "a.csv", "greedy", 10).id;
  }
  expect_error(ErrorCode::unavailable, "100 of yours",
               [&] { transfers.begin("orders", "a.csv", "greedy", 10); });
  EXPECT_EQ(transfers.begin("orders", "a.csv", "modest", 10).bytes, 10);
  transfers.remove(last);
  EXPECT_EQ(transfers.begin("orders", "a.csv", "greedy", 10).bytes, 10);
}

TEST(Transfers, AreNotBegunWhereTheDiskHasNoRoomForThem) {
  const ScratchFolder folder;
  Transfers transfers(folder / "transfers");
  const std::int64_t most = std::numeric_limits<std::int64_t>::max() / 4;
  expect_error(ErrorCode::no_space, "has room for",
               [&] { transfers.begin("orders", "a.csv", "one", most); });
}

class TransfersTest : public testing::Test {
 protected:
  Transfer add(const Transfer& to, const std::string& bytes) {
    const auto piece = folder / "piece";
    std::ofstream(piece) << bytes;
    return transfers.add(to, to.offset, piece, std::ssize(bytes), deliver);
  }
  Transfer found(const Transfer& one) const { return transfers.find(one.id, "orders", "one"); }
  /// As if nothing had come for more than a day.
  void age() const {
    for (const auto& entry : fs::directory_iterator(folder / "transfers")) {
      fs::last_write_time(
          entry.path(), fs::file_time_type::clock::now() - kTransferValid - std::chrono::hours(1));
    }
  }

  ScratchFolder folder;
  Transfers transfers{folder / "transfers"};
  bool away = false;
  Transfers::Deliver deliver = [this](const Transfer&) {
    if (away) throw Error(ErrorCode::no_space, "the store is full");
    return Delivered{"abc", true};
  };
};

TEST_F(TransfersTest, WhatIsWholeIsKeptUntilItIsHandedOver) {
  const Transfer half = transfers.begin("orders", "half.csv", "one", 10);
  const Transfer whole = transfers.begin("orders", "whole.csv", "one", 1);
  const Transfer done = transfers.begin("orders", "done.csv", "one", 1);
  EXPECT_TRUE(add(done, "x").done);
  EXPECT_EQ(found(done).sha256, "abc");
  EXPECT_TRUE(found(done).known);
  EXPECT_FALSE(fs::exists(done.file));
  away = true;
  expect_error(ErrorCode::unavailable, "every minute", [&] { add(whole, "x"); });
  age();
  transfers.sweep();
  expect_error(ErrorCode::not_found, "no such transfer", [&] { found(half); });
  expect_error(ErrorCode::not_found, "no such transfer", [&] { found(done); });
  EXPECT_TRUE(found(whole).whole());
  away = false;
  EXPECT_TRUE(transfers.settle(found(whole), deliver).done);
  EXPECT_EQ(transfers.undelivered().size(), 0U);
  age();
  transfers.sweep();
  expect_error(ErrorCode::not_found, "no such transfer", [&] { found(whole); });
}

TEST_F(TransfersTest, BytesThatCannotBeReadDoNotCount) {
  const Transfer one = transfers.begin("orders", "a.csv", "one", 10);
  const auto add_file = [&](const fs::path& piece, std::int64_t offset) {
    transfers.add(one, offset, piece, 4, deliver);
  };
  expect_error(ErrorCode::unreadable, "offset", [&] { add_file(folder / "transfers", 0); });
  EXPECT_EQ(found(one).offset, 0);
  std::ofstream(folder / "short") << "ab";
  expect_error(ErrorCode::unreadable, "offset", [&] { add_file(folder / "short", 0); });
  EXPECT_EQ(found(one).offset, 2) << "what came";
}

}  // namespace
}  // namespace forecart
