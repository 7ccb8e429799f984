// Repositories on S3: what is found of the store when one is made, and garbage collection, on Ceph
// and through a proxy that takes its conditional writes away.

#include "base/error.h"
#include "pipeline/copy_repository.h"
#include "pipeline/doctor.h"
#include "pipeline/garbage.h"
#include "pipeline/lasting.h"
#include "pipeline/lease.h"
#include "pipeline/run.h"
#include "pipeline/small_shop.h"
#include "store/forwarding_store.h"
#include "table/scratch_folder.h"

#include "fault_proxy.h"
#include "s3_servers.h"
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <thread>

namespace forecart {
namespace {

using nlohmann::json;
using testing_s3::FaultProxy;
using Kind = testing_s3::Fault::Kind;

class RepositoryOnS3 : public testing_s3::OnCeph {
 protected:
  void SetUp() override {
    OnCeph::SetUp();
    if (IsSkipped()) return;
    const auto plan = [this](const TestRequest& request, int) {
      if (before_request_) before_request_(request);
      return kind_.load();
    };
    proxy_ = std::make_unique<FaultProxy>(
        server_.endpoint, plan, Credentials{server_.access_key, server_.secret_key, "", {}});
    setenv("AWS_ENDPOINT_URL_S3", proxy_->url().c_str(), 1);
    setenv("AWS_ACCESS_KEY_ID", server_.access_key.c_str(), 1);
    setenv("AWS_SECRET_ACCESS_KEY", server_.secret_key.c_str(), 1);
    setenv("FORECART_S3_DEADLINE", "20", 1);
    Repository::tell_notices([this](const std::string& notice) { notices_.push_back(notice); });
  }
  void TearDown() override {
    Repository::wrap_stores(nullptr);
    Repository::tell_notices(nullptr);
  }

  /// A prefix that nobody else has.
  StoreLocation place() const {
    static std::atomic<unsigned> counter{0};
    const auto now = std::chrono::system_clock::now().time_since_epoch().count();
    return fmt::format("s3://{}/r/{}-{}-{}", bucket_, getpid(), now, counter++);
  }

  static Health health_of(const StoreLocation& location) {
    for (const Finding& finding : examine(location)) {
      if (finding.name == "conditional writes") return finding.health;
    }
    return Health::fail;
  }

  std::atomic<Kind> kind_{Kind::none};
  std::function<void(const TestRequest&)> before_request_;
  std::unique_ptr<FaultProxy> proxy_;
  std::vector<std::string> notices_;
};

TEST_F(RepositoryOnS3, KeepsWhatWasFoundOfTheStore) {
  for (const Kind kind : {Kind::none, Kind::unable, Kind::careless}) {
    kind_ = kind;
    notices_.clear();
    const StoreLocation shop = place();
    const Repository made = Repository::open_or_create(shop);
    const bool shared = kind == Kind::none;
    EXPECT_EQ(made.semantics().shared(), shared) << made.semantics().finding;
    EXPECT_EQ(made.semantics().finding.empty(), shared);
    EXPECT_EQ(made.read_json("forecart.json").at("store"), to_json(made.semantics()));
    EXPECT_EQ(Repository::open(shop).semantics(), made.semantics());
    EXPECT_EQ(notices_.size(), shared ? 0U : 1U) << "told once";
    EXPECT_EQ(made.store().list(""), std::vector<std::string>{"forecart.json"});
    EXPECT_EQ(health_of(shop), shared ? Health::ok : Health::warn);
  }
}

TEST_F(RepositoryOnS3, OfBeforeStoresWereTriedCountsAsGood) {
  const StoreLocation shop = place();
  Repository made = Repository::open_or_create(shop);
  json root = made.read_json("forecart.json");
  root.erase("store");
  made.write_json("forecart.json", root);
  EXPECT_TRUE(Repository::open(shop).semantics().shared());
  kind_ = Kind::careless;
  EXPECT_EQ(health_of(shop), Health::fail) << "the repository goes by more than there is";
  EXPECT_FALSE(Repository::init(shop).semantics().shared());
  EXPECT_EQ(health_of(shop), Health::warn);
  kind_ = Kind::none;
  EXPECT_EQ(health_of(shop), Health::warn) << "the store has learnt something";
  EXPECT_TRUE(Repository::init(shop).semantics().shared());
  EXPECT_EQ(health_of(shop), Health::ok);
}

// Two that opened it on their own, as two processes do (Semantics.ProcessesOfOneHostTakeTurns).
TEST_F(RepositoryOnS3, WithoutConditionalWritesLosesNothingOnOneHost) {
  kind_ = Kind::careless;
  const StoreLocation shop = place();
  Repository::open_or_create(shop).store().put("n", "0");
  const auto count_up = [&] {
    const Repository own = Repository::open(shop);
    for (int done = 0; done < 20;) {
      const auto now = own.store().get("n");
      const std::string next = std::to_string(std::stoi(now->bytes) + 1);
      if (own.store().put_if_match("n", next, now->tag)) ++done;
    }
  };
  std::jthread other(count_up);
  count_up();
  other.join();
  EXPECT_EQ(Repository::open(shop).store().read("n"), "40");
}

TEST_F(RepositoryOnS3, WithoutConditionalWritesTakesInAndForecasts) {
  const SmallShop local;
  kind_ = Kind::unable;
  CopyRequest copy;
  copy.from = local.shop();
  copy.to = place();
  EXPECT_TRUE(copy_repository(copy).check.damages.empty());
  Repository shop = Repository::open(copy.to);
  EXPECT_FALSE(shop.semantics().shared()) << "of the target, not of the source";
  const auto more = SmallShop::write_orders(local.beside("more.csv"), 29, 31);
  EXPECT_FALSE(ingest_into(copy.to, {more}).upload.empty());
  ask_for_run(shop, "orders", "request");
  WorkRequest work;
  work.repository = copy.to.text();
  work.dataset = "orders";
  const WorkReport report = work_on_dataset(work);
  EXPECT_FALSE(report.failure) << report.failure->message;
  EXPECT_TRUE(shop.current("orders"));
  FsckRequest check;
  check.repository = copy.to;
  EXPECT_TRUE(check_repository(check).damages.empty());
}

/// A day later, on a store whose writes take half a second at most.
class LaterStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  Instant now() const override { return inner().now() + std::chrono::hours(25); }
  std::chrono::milliseconds removal_gap() const override { return std::chrono::milliseconds(500); }
};

class GarbageOnS3 : public RepositoryOnS3 {
 protected:
  GarbageReport collect() const {
    GarbageRequest request;
    request.repository = shop_;
    return collect_garbage(request);
  }
  void make_garbage(int count) {
    shop_ = place();
    Repository repository = Repository::open_or_create(shop_);
    for (int i = 0; i < count; ++i) repository.store().put(key(i), "state");
    Repository::wrap_stores(
        [](auto store) { return std::make_unique<LaterStore>(std::move(store)); });
  }
  static std::string key(int number) { return fmt::format("models/{:064}", number); }

  StoreLocation shop_;
};

TEST_F(GarbageOnS3, GoesByTheThousand) {
  std::atomic<int> posts{0};
  before_request_ = [&](const TestRequest& request) { posts += request.method == "POST" ? 1 : 0; };
  make_garbage(20);
  EXPECT_EQ(collect().freed.at("models").objects, 20);
  EXPECT_EQ(posts, 1);
  EXPECT_EQ(Repository::open(shop_).store().list(""),
            (std::vector<std::string>{"forecart.json", "work/collector.json", "work/gc.json"}));
  EXPECT_EQ(collect().total.objects, 0);
}

TEST_F(GarbageOnS3, IsCollectedByOneAtATime) {
  make_garbage(1);
  const Repository repository = Repository::open(shop_);
  const auto lease = Lease::take(repository.store(), kCollecting);
  try {
    collect();
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::conflict);
  }
  EXPECT_TRUE(repository.store().exists(key(0)));
}

// The removal takes long enough for the writer, who comes after the last look at the object.
TEST_F(GarbageOnS3, WrittenAgainWhileItIsRemovedStays) {
  make_garbage(2);
  const Repository repository = Repository::open(shop_);
  std::jthread writer;
  std::atomic<bool> begun{false};
  before_request_ = [&](const TestRequest& request) {
    if (request.method != "POST" || begun.exchange(true)) return;
    writer = std::jthread([&] { put_lasting(repository.store(), key(1), "state"); });
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  };
  collect();
  ASSERT_TRUE(writer.joinable());
  writer.join();
  EXPECT_FALSE(repository.store().exists(key(0)));
  EXPECT_TRUE(repository.store().exists(key(1)));
}

/// Waits until it is so; not for ever, where a test fails.
void wait_for(const std::atomic<bool>& so) {
  for (int i = 0; i < 1000 && !so; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

// The writer begins before the collector says that it is about to remove, and takes longer than
// that waits: the removal, which has looked before, takes away what was written.
TEST_F(GarbageOnS3, AFileInPartsThatItRemovedIsWrittenAgain) {
  setenv("FORECART_S3_PART_BYTES", "5242880", 1);
  make_garbage(0);
  const Repository repository = Repository::open(shop_);
  const ScratchFolder folder;
  const std::filesystem::path file = folder.write("file", std::string(6 << 20, 'x'));
  const std::string key = Repository::raw_key(std::string(64, '0'));
  repository.store().put_file(key, file);  // of yesterday, by LaterStore
  std::atomic<bool> removing{false}, written{false};
  before_request_ = [&](const TestRequest& request) {
    if (request.method == "PUT" && request.target.find("partNumber") != std::string::npos) {
      wait_for(removing);
    }
    if (request.method == "DELETE" && request.target.find(key) != std::string::npos) {
      removing = true;
      wait_for(written);
    }
  };
  int writes = 0;
  std::jthread writer([&] {
    write_past_collector(repository.store(), key, [&] {
      repository.store().put_file(key, file);
      written = true;
      ++writes;
    });
  });
  EXPECT_EQ(collect().freed.at("raw").objects, 1);
  writer.join();
  EXPECT_EQ(writes, 2);
  EXPECT_TRUE(repository.store().exists(key));
  unsetenv("FORECART_S3_PART_BYTES");
}

}  // namespace
}  // namespace forecart
