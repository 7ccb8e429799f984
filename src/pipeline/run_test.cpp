#include "pipeline/run.h"

#include "base/error.h"
#include "pipeline/small_shop.h"
#include "store/forwarding_store.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <atomic>

namespace forecart {
namespace {

using nlohmann::json;

/// A shop with a run, and orders since.
class PublishTest : public testing::Test {
 protected:
  PublishTest() {
    run();
    pointer_ = *repository().current("orders");
    ingest_into(shop_.shop(), {SmallShop::write_orders(shop_.beside("more.csv"), 29, 31)});
  }
  ~PublishTest() override { Repository::wrap_stores(nullptr); }

  Repository repository() const { return Repository::open(shop_.shop()); }
  std::string manifest() const { return pointer_.at("manifest"); }

  RunReport run() const {
    RunRequest request;
    request.repository = shop_.shop();
    request.dataset = "orders";
    request.retrain_all = true;
    request.choice.models = {"SeasonalNaive"};
    return run_dataset(request);
  }

  SmallShop shop_;
  json pointer_;
};

TEST_F(PublishTest, TakesThePlaceOfARunThatNobodyCanReadAnyMore) {
  for (const char* text : {"rubbish", "{}", "[]"}) {
    repository().store().put(manifest(), text);
    EXPECT_TRUE(run().published) << text;
    repository().store().put("current/orders.json", pointer_.dump());
  }
  repository().store().remove(manifest());
  EXPECT_TRUE(run().published);
}

/// A store that does not find the manifest of the current run once another is written, because a
/// line is cut.
class CutStore final : public ForwardingStore {
 public:
  CutStore(std::unique_ptr<ObjectStore> store, std::string manifest)
      : ForwardingStore(std::move(store)), manifest_(std::move(manifest)) {}
  void put(std::string_view key, std::string_view bytes) override {
    inner().put(key, bytes);
    if (key.ends_with("/manifest.json")) written_ = true;
  }
  std::optional<std::string> read(std::string_view key) const override {
    if (written_ && key == manifest_) throw Error(ErrorCode::unavailable, "cut");
    return inner().read(key);
  }

 private:
  std::string manifest_;
  std::atomic<bool> written_{false};
};

TEST_F(PublishTest, LeavesARunThatDoesNotAnswerNow) {
  Repository::wrap_stores([this](std::unique_ptr<ObjectStore> store) {
    return std::make_unique<CutStore>(std::move(store), manifest());
  });
  try {
    run();
    ADD_FAILURE() << "nobody knows whether the current run knows more";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unavailable);
  }
  Repository::wrap_stores(nullptr);
  EXPECT_EQ(*repository().current("orders"), pointer_);
}

}  // namespace
}  // namespace forecart
