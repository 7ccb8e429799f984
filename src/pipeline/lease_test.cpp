#include "pipeline/lease.h"

#include "store/forwarding_store.h"
#include "table/scratch_folder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <stdexcept>
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

/// A store that fails in a way that nobody expects, or is gone, once it is told to.
class StrangeStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  std::optional<StoredObject> get(std::string_view key) const override {
    if (strange) throw std::runtime_error("what no store says");
    return inner().get(key);
  }
  std::atomic<bool> strange{false};
};

TEST_F(Leases, AreHeldAsLongAsTheyAreRenewed) {
  StrangeStore store(open_local_store(folder_ / "store"));
  const auto lease = Lease::take(store, kKey, std::chrono::seconds(3));
  ASSERT_NE(lease, nullptr);
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  EXPECT_TRUE(lease->is_held());
  store.strange = true;
  std::this_thread::sleep_for(std::chrono::milliseconds(1800));
  EXPECT_FALSE(lease->is_held()) << "it may run out in the next second";
  store.strange = false;
  std::this_thread::sleep_for(std::chrono::milliseconds(1300));
  EXPECT_TRUE(lease->is_held());
}

TEST_F(Leases, AreNotHeldWhereAnotherTookThem) {
  const auto lease = Lease::take(*store_, kKey, std::chrono::seconds(3));
  json other = stored();
  other["holder"] = "another";
  store_->put(kKey, other.dump());
  std::this_thread::sleep_for(std::chrono::milliseconds(1300));
  EXPECT_FALSE(lease->is_held());
}

// Without both names of a host, two containers cannot be told apart.
TEST_F(Leases, OfAHostThatCannotBeToldAreNeverOfAProcessThatIsGone) {
  const auto lease = Lease::take(*store_, kKey);
  json dead = stored();
  dead["started"] = "1";
  const Instant now = store_->now();
  EXPECT_FALSE(is_live_lease(dead.dump(), now));
  for (const char* host : {"", "/", "/pid:[4026531836]", "d2d1c2fb-3e1c-4f0e/"}) {
    dead["host"] = host;
    EXPECT_TRUE(is_live_lease(dead.dump(), now, host)) << host;
  }
  dead["host"] = "d2d1c2fb-3e1c-4f0e/pid:[4026531836]";
  EXPECT_FALSE(is_live_lease(dead.dump(), now, dead["host"].get<std::string>()));
}

TEST_F(Leases, DamagedOnesAreFree) {
  store_->put(kKey, "{");
  EXPECT_NE(Lease::take(*store_, kKey), nullptr);
}

}  // namespace
}  // namespace forecart
