#include "pipeline/lease.h"

#include "table/scratch_folder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <thread>
#include <vector>

namespace forecart {
namespace {

using nlohmann::json;
constexpr const char* kKey = "work/shop/lease.json";

class Leases : public testing::Test {
 protected:
  json stored() const { return json::parse(*store_->read(kKey)); }

  ScratchFolder folder_;
  std::unique_ptr<ObjectStore> store_ = open_local_store(folder_ / "store");
};

TEST_F(Leases, HaveOneHolderAtATime) {
  auto lease = Lease::take(*store_, kKey);
  ASSERT_NE(lease, nullptr);
  EXPECT_TRUE(is_live_lease(*store_->read(kKey), store_->now()));
  EXPECT_EQ(Lease::take(*store_, kKey), nullptr);
  lease.reset();
  EXPECT_FALSE(is_live_lease(*store_->read(kKey), store_->now()));
  EXPECT_NE(Lease::take(*store_, kKey), nullptr);
}

TEST_F(Leases, GoToOneOfManyWhoAskAtOnce) {
  std::atomic<int> holders{0};
  std::atomic<int> most{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto lease = Lease::take(*store_, kKey);
      if (!lease) return;
      most = std::max(most.load(), ++holders);
      std::this_thread::sleep_for(std::chrono::milliseconds(30));
      --holders;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(most, 1);
}

TEST_F(Leases, OfAProcessThatIsGoneAreFree) {
  const auto lease = Lease::take(*store_, kKey);
  json dead = stored();
  dead["started"] = "1";  // another process has had this number
  store_->put(kKey, dead.dump());
  EXPECT_FALSE(is_live_lease(dead.dump(), store_->now()));
  EXPECT_NE(Lease::take(*store_, kKey), nullptr);
}

TEST_F(Leases, OfAnotherHostAreFreeWhenTheyHaveRunOut) {
  const json other{{"holder", "x"},  {"host", "other"}, {"process", 1},
                   {"started", "1"}, {"held", true},    {"until", "2199-01-01T00:00:00Z"}};
  store_->put(kKey, other.dump());
  EXPECT_EQ(Lease::take(*store_, kKey), nullptr);
  json over = other;
  over["until"] = "2020-01-01T00:00:00Z";
  store_->put(kKey, over.dump());
  EXPECT_NE(Lease::take(*store_, kKey), nullptr);
}

TEST_F(Leases, AreRenewed) {
  const auto lease = Lease::take(*store_, kKey, std::chrono::seconds(3));
  const std::string first = stored().at("until").get<std::string>();
  std::this_thread::sleep_for(std::chrono::milliseconds(1300));
  EXPECT_GT(stored().at("until").get<std::string>(), first);
}

TEST_F(Leases, DamagedOnesAreFree) {
  store_->put(kKey, "{");
  EXPECT_NE(Lease::take(*store_, kKey), nullptr);
}

}  // namespace
}  // namespace forecart
