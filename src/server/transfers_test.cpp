#include "server/transfers.h"

#include "table/expect_error.h"
#include "table/scratch_folder.h"

#include <gtest/gtest.h>

#include <limits>

namespace forecart {
namespace {

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

}  // namespace
}  // namespace forecart
