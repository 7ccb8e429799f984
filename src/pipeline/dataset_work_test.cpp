#include "pipeline/dataset_work.h"

#include "base/error.h"
#include "pipeline/arrivals.h"
#include "pipeline/lasting.h"
#include "pipeline/lease.h"
#include "pipeline/sales.h"
#include "pipeline/test_shop.h"
#include "store/forwarding_store.h"

#include <nlohmann/json.hpp>

namespace forecart {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// The shop of eleven months whose settings name one cheap panel.
class DatasetWork : public TestShop {
 protected:
  DatasetWork() : TestShop("") { fs::create_directories(inbox()); }

  fs::path inbox() const { return shop() / "inbox/orders"; }
  void drop_last_month() const { fs::copy_file(files_.back(), inbox() / "december.csv"); }
  Repository repository() const { return Repository::open(shop()); }

  WorkReport work() const {
    WorkRequest request;
    request.repository = shop();
    request.dataset = "orders";
    return work_on_dataset(request);
  }

  /// As if the process had died before the run.
  void only_take_in() const {
    drop_last_month();
    Repository repository = this->repository();
    InboxRequest inbox;
    inbox.dataset = "orders";
    take_in_inbox(repository, shop(), inbox);
  }

  RunReport run_preliminarily() const {
    RunRequest request;
    request.repository = shop();
    request.dataset = "orders";
    request.choice.models = {"SeasonalNaive"};
    request.preliminary = true;
    return run_dataset(request);
  }

  void spoil_settings() const { std::ofstream(settings_file(), std::ios::app) << "broken ="; }
};

TEST_F(DatasetWork, PublishesWhatIsDropped) {
  drop_last_month();
  const WorkReport report = work();
  EXPECT_EQ(report.inbox->taken, 1U);
  ASSERT_TRUE(report.run);
  EXPECT_TRUE(report.run->published);
  EXPECT_FALSE(report.more);
  EXPECT_FALSE(fs::exists(inbox() / "december.csv"));
  const json manifest = repository().read_json(report.run->folder + "/manifest.json");
  EXPECT_EQ(manifest.at("inputs"), json(input_hashes(repository(), "orders")));

  const WorkReport again = work();
  EXPECT_FALSE(again.run);
  EXPECT_FALSE(again.failure);
}

TEST_F(DatasetWork, ADataSetWithoutForecastsHasTwoQuickModelsFirst) {
  drop_last_month();
  const WorkReport report = work();
  const std::vector<json> runs = repository().runs("orders");
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].at("preliminary"), true);
  EXPECT_EQ(runs[0].at("options").at("models"), json({"SeasonalNaive", "LevelProfile"}));
  EXPECT_FALSE(runs[1].contains("preliminary"));
  EXPECT_EQ(runs[1].at("run"), report.run->run);
  EXPECT_EQ(runs[1].dump().find("proven anew"), std::string::npos) << "nothing could go on";

  Repository shop = repository();
  ask_for_run(shop, "orders", "request");
  work();
  EXPECT_EQ(repository().runs("orders").size(), 3U);
}

TEST_F(DatasetWork, TheProperRunFollowsWhereAProcessDiedAfterThePreliminaryOne) {
  only_take_in();
  ASSERT_TRUE(run_preliminarily().published);
  ASSERT_TRUE(work().run);
  EXPECT_FALSE(repository().runs("orders").back().contains("preliminary"));
}

TEST_F(DatasetWork, APreliminaryRunReplacesNoOther) {
  drop_last_month();
  work();
  const json proper = *repository().current("orders");
  EXPECT_FALSE(run_preliminarily().published);
  EXPECT_EQ(*repository().current("orders"), proper);
}

TEST_F(DatasetWork, TheSameFileAgainCountsOnceAndNeedsNoRun) {
  drop_last_month();
  work();
  const auto known = input_hashes(repository(), "orders");
  drop_last_month();
  const WorkReport report = work();
  EXPECT_EQ(report.inbox->taken, 1U);
  EXPECT_FALSE(report.run);
  EXPECT_EQ(input_hashes(repository(), "orders"), known);
}

TEST_F(DatasetWork, GoesOnWhereAProcessDiedBetweenUploadAndRun) {
  only_take_in();
  EXPECT_FALSE(repository().current("orders"));
  EXPECT_EQ(waiting_work(repository()).size(), 1U);
  EXPECT_TRUE(work().run);
  EXPECT_TRUE(waiting_work(repository()).empty());
}

TEST_F(DatasetWork, WhatCannotBeReadIsSetAsideWithTheReason) {
  std::ofstream(inbox() / "empty.csv");
  drop_last_month();
  const WorkReport report = work();
  EXPECT_EQ(report.inbox->dead.size(), 1U);
  EXPECT_EQ(report.inbox->taken, 1U);
  EXPECT_TRUE(report.run);
  EXPECT_TRUE(fs::is_empty(inbox()));
  const auto dead = repository().store().list("dead/orders/");
  ASSERT_EQ(dead.size(), 2U);
  const json reason = repository().read_json(dead[1]);
  EXPECT_EQ(reason.at("key"), "inbox/orders/empty.csv");
  EXPECT_EQ(reason.at("code"), "bad_data");
}

TEST_F(DatasetWork, FilesThatAreWrittenToWait) {
  drop_last_month();
  std::ofstream writer(inbox() / "december.csv", std::ios::app);
  const WorkReport report = work();
  EXPECT_EQ(report.inbox->unsettled, 1U);
  EXPECT_TRUE(report.more);
  EXPECT_TRUE(fs::exists(inbox() / "december.csv"));
  writer.close();
  EXPECT_EQ(work().inbox->taken, 1U);
}

TEST_F(DatasetWork, ABrokenDataSetWaitsAndLosesNothing) {
  const auto settings = file_bytes(settings_file());
  drop_last_month();
  spoil_settings();
  const WorkReport broken = work();
  ASSERT_TRUE(broken.failure);
  EXPECT_EQ(broken.failure->code, "bad_data");
  EXPECT_TRUE(broken.more);
  EXPECT_TRUE(fs::exists(inbox() / "december.csv"));
  EXPECT_EQ(work().failure->attempts, 2);
  const auto waiting = waiting_work(repository(), "orders");
  EXPECT_TRUE(waiting.failed);
  const auto failure = last_failure(repository(), "orders");
  EXPECT_FALSE(is_due(waiting, *failure, failure->at));
  EXPECT_TRUE(is_due(waiting, *failure, failure->due));

  std::ofstream(settings_file()) << settings;
  EXPECT_TRUE(work().run);
  EXPECT_FALSE(last_failure(repository(), "orders"));
}

TEST_F(DatasetWork, GivesUpAfterManyFailures) {
  drop_last_month();
  spoil_settings();
  Repository repository = this->repository();
  ask_for_run(repository, "orders", "request");
  for (int i = 0; i < kMostAttempts; ++i) EXPECT_TRUE(work().more == (i + 1 < kMostAttempts));
  EXPECT_TRUE(waiting_work(repository).empty());
  EXPECT_EQ(repository.store().list("dead/orders/").size(), 3U);  // file, its reason, the request
}

/// Gives no bytes of some objects, as S3 does where nobody may use their key of encryption.
class SilentStore final : public ForwardingStore {
 public:
  SilentStore(std::shared_ptr<ObjectStore> store, std::string ending)
      : ForwardingStore(std::move(store)), ending_(std::move(ending)) {}

  fs::path fetch(std::string_view key) const override {
    if (key.ends_with(ending_)) throw Error(ErrorCode::unreadable, "S3 refuses it [AccessDenied]");
    return inner().fetch(key);
  }

 private:
  std::string ending_;
};

TEST_F(DatasetWork, AFileThatIsNeverGivenIsLeftAloneWithTheReason) {
  fs::copy_file(files_.front(), inbox() / "never.csv");
  Repository::wrap_stores(
      [](auto store) { return std::make_unique<SilentStore>(std::move(store), "never.csv"); });
  WorkReport last;
  for (int i = 0; i < kMostAttempts; ++i) last = work();
  EXPECT_FALSE(last.failure) << "it was the last try";
  EXPECT_EQ(last.inbox->dead.size(), 1U);
  EXPECT_TRUE(waiting_work(repository()).empty());
  const auto dead = repository().store().list("dead/orders/");
  ASSERT_EQ(dead.size(), 1U);
  EXPECT_EQ(repository().read_json(dead[0]).at("key"), "inbox/orders/never.csv");
  EXPECT_EQ(repository().read_json(dead[0]).at("message"), "S3 refuses it [AccessDenied]");
  EXPECT_TRUE(fs::exists(inbox() / "never.csv")) << "nobody has its bytes elsewhere";
  drop_last_month();
  EXPECT_EQ(work().inbox->taken, 1U);
  Repository::wrap_stores(nullptr);
  EXPECT_EQ(retry_dead_letters(shop(), "orders").size(), 1U);
  EXPECT_EQ(work().inbox->taken, 1U);
  EXPECT_TRUE(repository().store().list("dead/orders/").empty());
}

TEST_F(DatasetWork, WhatCameSinceTheLastTryIsNotGivenUp) {
  drop_last_month();
  spoil_settings();
  for (int i = 1; i < kMostAttempts; ++i) work();
  fs::copy_file(files_.front(), inbox() / "new.csv");
  fs::last_write_time(inbox() / "new.csv",
                      fs::file_time_type::clock::now() + std::chrono::seconds(5));
  EXPECT_TRUE(work().more);
  EXPECT_TRUE(fs::exists(inbox() / "new.csv"));
  EXPECT_FALSE(fs::exists(inbox() / "december.csv"));
}

TEST_F(DatasetWork, ARequestThatCannotBeReadIsGivenUpLikeAnother) {
  spoil_settings();
  Repository repository = this->repository();
  for (const char* text : {"", "[]", "{\"why\": 1}"}) {
    repository.store().put("work/orders/ask-20260101T000000.000Z-ab12cd.json", text);
    for (int i = 0; i < kMostAttempts; ++i) work();
    EXPECT_TRUE(waiting_work(repository).empty()) << text;
  }
}

/// Where forecart gc is at work whenever sales are written.
class BusyStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  void put_file(std::string_view key, const fs::path& file) override {
    if (key.starts_with("sales/")) throw CollectorBusy("gc is at work");
    inner().put_file(key, file);
  }
};

TEST_F(DatasetWork, ThatMeetsTheCollectorHasNotFailed) {
  drop_last_month();
  Repository::wrap_stores([](auto store) { return std::make_unique<BusyStore>(std::move(store)); });
  for (int i = 0; i <= kMostAttempts; ++i) {
    const WorkReport report = work();
    ASSERT_TRUE(report.failure);
    EXPECT_EQ(report.failure->code, "conflict");
    EXPECT_EQ(report.failure->attempts, 0);
    EXPECT_TRUE(report.more);
  }
  Repository::wrap_stores(nullptr);
  EXPECT_TRUE(repository().store().list("dead/").empty());
  EXPECT_TRUE(work().run);
  EXPECT_FALSE(last_failure(repository(), "orders"));
}

TEST_F(DatasetWork, AnyNameOfAFileFitsWhereItIsSetAside) {
  std::string name;
  for (int i = 0; i < 83; ++i) name += "\xe6\x9c\x88";
  std::ofstream(inbox() / (name + ".csv"));
  EXPECT_EQ(work().inbox->dead.size(), 1U);
  const auto dead = repository().store().list("dead/orders/");
  ASSERT_EQ(dead.size(), 2U);
  EXPECT_TRUE(dead[0].ends_with("\xe6\x9c\x88.csv"));
  EXPECT_EQ(repository().read_json(dead[1]).at("key"), "inbox/orders/" + name + ".csv");
}

TEST_F(DatasetWork, OneWorkerAtATime) {
  drop_last_month();
  const Repository repository = this->repository();
  auto held = Lease::take(repository.store(), "work/orders/lease.json");
  EXPECT_TRUE(work().busy);
  held.reset();
  EXPECT_FALSE(work().busy);
}

TEST(Backoff, GrowsToAnHour) {
  EXPECT_LE(backoff(1, 1).count(), 30);
  EXPECT_GE(backoff(1, 1).count(), 22);
  EXPECT_GE(backoff(5, 1).count(), 360);
  EXPECT_LE(backoff(500, 1).count(), 3600);
}

TEST(InboxFiles, HaveFinishedNames) {
  EXPECT_TRUE(is_inbox_file("inbox/orders/a.csv"));
  EXPECT_TRUE(is_inbox_file("inbox/orders/2024/a.csv.gz"));
  for (const char* name : {"inbox/orders/a.csv.part", "inbox/orders/a.tmp", "inbox/orders/.a.csv",
                           "inbox/orders/a.csv~", "inbox/orders/.git/a.csv"}) {
    EXPECT_FALSE(is_inbox_file(name)) << name;
  }
}

}  // namespace
}  // namespace forecart
