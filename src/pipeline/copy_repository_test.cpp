#include "pipeline/copy_repository.h"

#include "base/error.h"
#include "pipeline/arrivals.h"
#include "pipeline/small_shop.h"
#include "pipeline/status.h"
#include "store/forwarding_store.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <functional>
#include <utility>

namespace forecart {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class CopyTest : public testing::Test {
 protected:
  CopyTest() {
    shop_.put_into_inbox("second.csv", 29, 31);
    fs::create_directories(shop_.shop() / "inbox/orders");
    std::ofstream(shop_.shop() / "inbox/orders/broken.xlsx") << "PK\x03\x04 no orders";
    EXPECT_FALSE(shop_.work().failure);
  }

  CopyReport copy() const {
    CopyRequest request;
    request.from = shop_.shop();
    request.to = target_;
    return copy_repository(request);
  }

  json dataset_status(const fs::path& place) const {
    return repository_status(place).at("datasets");
  }

  SmallShop shop_;
  fs::path target_ = shop_.beside("copy");
};

TEST_F(CopyTest, IsTheSameRepository) {
  const CopyReport report = copy();
  EXPECT_TRUE(report.check.damages.empty());
  EXPECT_EQ(report.there, 0);
  EXPECT_EQ(dataset_status(target_), dataset_status(shop_.shop()));
  EXPECT_FALSE(fs::exists(target_ / "copying.json"));
}

TEST_F(CopyTest, GoesOnWhereItWasCutOff) {
  const std::int64_t all = copy().objects;
  fs::remove(target_ / "forecart.json");  // as if cut off before the end
  fs::remove_all(target_ / "current");
  std::ofstream(target_ / "copying.json") << json{{"from", shop_.shop().string()}}.dump();
  const CopyReport report = copy();
  EXPECT_EQ(report.objects, 2);
  EXPECT_EQ(report.there, all - 2);
  EXPECT_TRUE(report.check.damages.empty());
}

TEST_F(CopyTest, LeavesAloneWhatHoldsSomethingElse) {
  fs::create_directories(target_);
  std::ofstream(target_ / "holiday.jpg") << "x";
  EXPECT_THROW(copy(), Error);
}

TEST_F(CopyTest, RefusesPlacesWithinEachOther) {
  for (const fs::path& place : {shop_.shop() / "copy", shop_.shop(), shop_.shop() / "../shop/copy",
                                shop_.shop().parent_path()}) {
    target_ = place;
    try {
      copy();
      ADD_FAILURE() << place;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_value) << place;
    }
  }
  EXPECT_FALSE(fs::exists(shop_.shop() / "copy"));
}

/// Lets something happen before an order file is read.
class NoticingStore final : public ForwardingStore {
 public:
  NoticingStore(std::unique_ptr<ObjectStore> store, std::function<void()> first)
      : ForwardingStore(std::move(store)), first_(std::move(first)) {}
  std::optional<std::string> read(std::string_view key) const override {
    if (key.starts_with("raw/") && first_) std::exchange(first_, nullptr)();
    return inner().read(key);
  }

 private:
  mutable std::function<void()> first_;
};

// What the pointer says is kept before anything is listed: that run is whole in the copy.
TEST_F(CopyTest, NamesTheRunOfItsBeginningThoughAnotherIsPublishedMeanwhile) {
  const json before = *Repository::open(shop_.shop()).current("orders");
  const auto publish_another = [this] {
    Repository::wrap_stores(nullptr);
    RunRequest run;
    run.repository = shop_.shop();
    run.dataset = "orders";
    run.choice.models = {"SeasonalNaive"};
    EXPECT_TRUE(run_dataset(run).published);
  };
  Repository::wrap_stores([&](std::unique_ptr<ObjectStore> store) {
    return std::make_unique<NoticingStore>(std::move(store), publish_another);
  });
  CopyRequest request;
  request.from = shop_.shop();
  request.to = target_;
  request.threads = 1;
  const CopyReport report = copy_repository(request);
  EXPECT_TRUE(report.check.damages.empty()) << to_json(report).dump(2);
  EXPECT_NE(*Repository::open(shop_.shop()).current("orders"), before) << "one was published";
  EXPECT_EQ(*Repository::open(target_).current("orders"), before);
}

// Whoever copies is told of damage, and may copy again to the same place.
TEST_F(CopyTest, ADamagedCopyIsGoneOnWith) {
  const fs::path raw = fs::directory_iterator(shop_.shop() / "raw")->path();
  const std::string whole = file_bytes(raw);
  std::string spoilt = whole;
  spoilt[spoilt.size() / 2] ^= 1;
  std::ofstream(raw) << spoilt;
  EXPECT_EQ(copy().check.damages.size(), 1U);
  EXPECT_TRUE(fs::exists(target_ / "copying.json"));
  std::ofstream(raw) << whole;
  fs::remove(target_ / "raw" / raw.filename());
  EXPECT_TRUE(copy().check.damages.empty());
  EXPECT_FALSE(fs::exists(target_ / "copying.json"));
}

/// A person drops a file at the moment that a dead letter comes back under the same name.
class InboxStore final : public ForwardingStore {
 public:
  InboxStore(std::unique_ptr<ObjectStore> store, fs::path file)
      : ForwardingStore(std::move(store)), file_(std::move(file)) {}
  bool put_if_absent(std::string_view key, std::string_view bytes) override {
    if (key.starts_with("inbox/")) std::ofstream(file_) << "fresh";
    return inner().put_if_absent(key, bytes);
  }
  void put_file(std::string_view key, const fs::path& file) override {
    if (key.starts_with("inbox/")) std::ofstream(file_) << "fresh";
    inner().put_file(key, file);
  }

 private:
  fs::path file_;
};

TEST_F(CopyTest, ADeadLetterOverwritesNothingInTheInbox) {
  const fs::path inbox = shop_.shop() / "inbox/orders/broken.xlsx";
  Repository::wrap_stores([&](std::unique_ptr<ObjectStore> store) {
    return std::make_unique<InboxStore>(std::move(store), inbox);
  });
  EXPECT_TRUE(retry_dead_letters(shop_.shop()).empty());
  Repository::wrap_stores(nullptr);
  EXPECT_EQ(file_bytes(inbox), "fresh");
  EXPECT_EQ(list_arrivals(shop_.shop(), "orders").at(0).at("dead").size(), 1U);
}

TEST_F(CopyTest, DeadLettersWaitAgainWhenTheyAreTriedAgain) {
  const json before = list_arrivals(shop_.shop(), "orders").at(0);
  EXPECT_EQ(before.at("uploads").size(), 2U);
  ASSERT_EQ(before.at("dead").size(), 1U);
  EXPECT_EQ(before.at("dead").at(0).at("code"), "bad_data");
  EXPECT_EQ(retry_dead_letters(shop_.shop()).size(), 1U);
  const json after = list_arrivals(shop_.shop(), "orders").at(0);
  EXPECT_TRUE(after.at("dead").empty());
  EXPECT_EQ(after.at("waiting").at(0).at("key"), "inbox/orders/broken.xlsx");
}

}  // namespace
}  // namespace forecart
