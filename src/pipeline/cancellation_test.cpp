#include "pipeline/cancellation.h"

#include "pipeline/fsck.h"
#include "pipeline/run_history.h"
#include "pipeline/small_shop.h"
#include "pipeline/status.h"
#include "pipeline/test_shop.h"
#include "pipeline/work_queue.h"
#include "store/forwarding_store.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <functional>
#include <future>

namespace forecart {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// Calls somebody before each call that work makes most.
class WatchedStore final : public ForwardingStore {
 public:
  using Hook = std::function<void(std::string_view call, std::string_view key)>;

  WatchedStore(std::unique_ptr<ObjectStore> store, Hook hook)
      : ForwardingStore(std::move(store)), hook_(std::move(hook)) {}

  std::optional<std::string> read(std::string_view key) const override {
    hook_("read", key);
    return inner().read(key);
  }
  std::optional<ObjectInfo> info(std::string_view key) const override {
    hook_("info", key);
    return inner().info(key);
  }
  void put(std::string_view key, std::string_view bytes) override {
    hook_("put", key);
    inner().put(key, bytes);
  }
  void put_file(std::string_view key, const fs::path& file) override {
    hook_("put_file", key);
    inner().put_file(key, file);
  }
  bool put_if_absent(std::string_view key, std::string_view bytes) override {
    hook_("put_if_absent", key);
    return inner().put_if_absent(key, bytes);
  }
  bool put_if_match(std::string_view key, std::string_view bytes, std::string_view tag) override {
    hook_("put_if_match", key);
    return inner().put_if_match(key, bytes, tag);
  }
  void remove(std::string_view key) override {
    hook_("remove", key);
    inner().remove(key);
  }

 private:
  Hook hook_;
};

class CancellationTest : public testing::Test {
 protected:
  ~CancellationTest() override { Repository::wrap_stores(nullptr); }

  Repository repository() const { return Repository::open(shop_.shop()); }

  CancelReport cancel() const {
    Repository repository = this->repository();
    return cancel_work(repository, "orders");
  }
  void ask() const {
    Repository repository = this->repository();
    ask_for_run(repository, "orders", "request");
  }

  /// `then` once, before the first call of a store that `when` picks.
  template <typename When>
  void hook(const When& when, const std::function<void()>& then) const {
    auto done = std::make_shared<std::atomic<bool>>(false);
    Repository::wrap_stores([=](std::unique_ptr<ObjectStore> store) {
      return std::make_unique<WatchedStore>(std::move(store), [=](auto call, auto key) {
        if (!when(call, key) || done->exchange(true)) return;
        then();
      });
    });
  }
  void cancel_when(std::string_view call, std::string_view part) const {
    hook(
        [=](std::string_view now, std::string_view key) {
          return now == call && key.find(part) != std::string_view::npos;
        },
        [this] { cancel(); });
  }

  std::string current() const {
    const auto pointer = repository().current("orders");
    return pointer ? pointer->at("run").get<std::string>() : "";
  }
  json status() const { return repository_status(shop_.shop(), "orders").at("datasets").at(0); }

  void expect_whole() const {
    FsckRequest request;
    request.repository = shop_.shop();
    const FsckReport report = check_repository(request);
    EXPECT_TRUE(report.damages.empty()) << to_json(report).at("damages").dump(2);
  }
  /// Neither done nor failed, and nothing to try again.
  void expect_cancelled(const WorkReport& report) const {
    EXPECT_TRUE(report.cancelled);
    EXPECT_FALSE(report.run);
    EXPECT_FALSE(report.failure);
    EXPECT_FALSE(report.more);
    EXPECT_FALSE(last_failure(repository(), "orders"));
    EXPECT_TRUE(waiting_work(repository()).empty());
    expect_whole();
  }

  SmallShop shop_;
};

TEST_F(CancellationTest, WhatWasAskedForIsWithdrawn) {
  ask();
  ask();
  const CancelReport report = cancel();
  EXPECT_EQ(report.withdrawn, 2U);
  EXPECT_FALSE(report.working);
  const WorkReport work = shop_.work();
  EXPECT_FALSE(work.run || work.failure || work.more || work.cancelled) << "there is nothing to do";
  EXPECT_TRUE(status().at("cancelled").is_string());
}

TEST_F(CancellationTest, OneFromBeforeDoesNotCount) {
  cancel();
  EXPECT_TRUE(shop_.run().published);
  ask();
  const WorkReport report = shop_.work();
  EXPECT_TRUE(report.run && report.run->published);
  EXPECT_FALSE(report.cancelled);
  EXPECT_TRUE(status().at("cancelled").is_null());
}

TEST_F(CancellationTest, ARunByHandEndsAndSaysSo) {
  const std::string before = shop_.run().run;
  cancel_when("put_file", "/forecasts.");
  EXPECT_THROW(shop_.run(), Cancelled);
  EXPECT_EQ(current(), before);
  expect_whole();
  const json runs = run_history(shop_.shop(), "orders", 10).at("runs");
  EXPECT_EQ(runs.back().at("status"), "cancelled");
  EXPECT_TRUE(runs.back().at("error").is_null());
  EXPECT_TRUE(status().at("last_failure").is_null());
  EXPECT_TRUE(status().at("cancelled").is_string());
  EXPECT_TRUE(shop_.run().published);
}

TEST_F(CancellationTest, AWorkersRunEndsWithoutAFailure) {
  const std::string before = shop_.run().run;
  ask();
  cancel_when("put_file", "runs/orders/");
  expect_cancelled(shop_.work());
  EXPECT_EQ(current(), before);
}

TEST_F(CancellationTest, FilesAreTakenInAllTheSame) {
  shop_.put_into_inbox("second.csv", 20, 31);
  cancel_when("put", "uploads/orders/");
  const WorkReport report = shop_.work();
  EXPECT_EQ(report.inbox->taken, 1U);
  expect_cancelled(report);
  Repository::wrap_stores(nullptr);
  EXPECT_TRUE(repository().store().list("inbox/").empty());
  EXPECT_EQ(status().at("next"), "run") << "and the next run knows them";
  ask();
  EXPECT_TRUE(shop_.work().run);
  EXPECT_EQ(status().at("next"), "nothing");
}

TEST_F(CancellationTest, WhatIsAskedForSinceIsDone) {
  shop_.put_into_inbox("second.csv", 20, 31);
  hook([](auto call, auto key) { return call == "put" && key.starts_with("uploads/"); },
       [this] {
         cancel();
         ask();
       });
  const WorkReport report = shop_.work();
  EXPECT_TRUE(report.run && report.run->published);
  EXPECT_FALSE(report.cancelled);
}

TEST_F(CancellationTest, EndsTheTriesOfWhatFails) {
  Repository shop = repository();
  ask();
  record_failure(shop, "orders", "internal", "for a test");
  cancel();
  EXPECT_FALSE(last_failure(shop, "orders"));
  EXPECT_TRUE(status().at("last_failure").is_null());
}

TEST_F(CancellationTest, AskedOfADataSetThatIsThere) {
  Repository shop = repository();
  EXPECT_THROW(cancel_work(shop, "ordres"), Error);
  EXPECT_FALSE(shop.store().exists("work/ordres/cancel.json"));
}

/// At every call of the store, the run is published or it is not.
TEST_F(CancellationTest, AtAnyMomentTheRunIsPublishedOrNot) {
  shop_.run();
  constexpr int kStride = 3;
  int published = 0;
  int cancelled = 0;
  for (int at = 1;; at += kStride) {
    const std::string before = current();
    ask();
    auto calls = std::make_shared<std::atomic<int>>(0);
    hook([calls, at](auto, auto) { return ++*calls == at; }, [this] { cancel(); });
    const WorkReport report = shop_.work();
    Repository::wrap_stores(nullptr);
    if (*calls < at) break;
    EXPECT_FALSE(report.failure) << at;
    EXPECT_EQ(current(), report.run ? report.run->run : before) << at;
    EXPECT_FALSE(report.run && report.cancelled) << at;
    ++(report.run ? published : cancelled);
  }
  expect_whole();
  EXPECT_GT(published, 0) << "after the pointer has moved";
  EXPECT_GT(cancelled, 5);
}

/// A shop of eleven months whose hours take a model many seconds.
class LongRun : public TestShop {
 protected:
  LongRun() : TestShop("") { change_settings("frequency = \"D\"", "frequency = \"h\""); }
};

TEST_F(LongRun, EndsWithinSeconds) {
  for (const char* const model : {"LSTM", "AutoARIMA", "GradientBoostedTrees"}) {
    RunRequest request = short_run({model});
    request.choice.network.steps = 100'000;
    auto running = std::async(std::launch::async, [&] { return run_dataset(request); });
    ASSERT_EQ(running.wait_for(std::chrono::milliseconds(200)), std::future_status::timeout)
        << model << ": on its way, however fast the machine is";
    Repository repository = Repository::open(shop());
    cancel_work(repository, "orders");
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_THROW(running.get(), Cancelled) << model;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    EXPECT_LT(took.count(), 10) << model << ": 5 s where nobody else is at work";
    RecordProperty(model, std::to_string(took.count()));
    EXPECT_FALSE(repository.current("orders")) << model;
  }
}

}  // namespace
}  // namespace forecart
